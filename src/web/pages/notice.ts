/** What `templates/web/notice.hbs` shows: a heading, sentences, and at most one form and one link. */
export interface Notice {
  readonly heading: string;
  readonly outcome?: { readonly kind: 'good' | 'bad'; readonly text: string };
  readonly lines?: readonly string[];
  readonly form?: { readonly action: string; readonly button: string; readonly text?: string };
  readonly link?: { readonly href: string; readonly text: string } | undefined;
}

/** Templates are strict: a missing value is an error. */
export function notice(view: Notice): object {
  const { form } = view;
  return {
    outcome: false,
    lines: [],
    ...view,
    link: view.link ?? false,
    form: form === undefined ? false : { text: '', ...form },
  };
}
