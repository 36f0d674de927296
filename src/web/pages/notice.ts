import type { PageLink } from './page.ts';

/** What `templates/web/notice.hbs` shows: a heading, an outcome, sentences, and at most one form and one link. */
export interface Notice {
  readonly heading: string;
  readonly outcome?: { readonly kind: 'good' | 'bad'; readonly text: string };
  readonly lines?: readonly (string | TextWithAddress)[];
  readonly form?: { readonly action: string; readonly button: string; readonly isQuiet?: boolean };
  /** Small print, with a link at its end. */
  readonly note?: { readonly text: string; readonly link?: PageLink };
  /** A `button` is what is to be done next; other links lead onward. */
  readonly link?: (PageLink & { readonly isButton?: boolean }) | undefined;
}

/** A sentence with a mail address in it, which becomes a link. */
export interface TextWithAddress {
  readonly before: string;
  readonly address: string;
  readonly after: string;
}

/** Splits a text at the address that it contains. */
export function textWithAddress(text: string, address: string): TextWithAddress {
  const at = address === '' ? -1 : text.indexOf(address);
  if (at < 0) return { before: text, address: '', after: '' };
  return { before: text.slice(0, at), address, after: text.slice(at + address.length) };
}

/** Templates are strict: a missing value is an error. */
export function notice(view: Notice): object {
  const { form, note, link } = view;
  return {
    outcome: false,
    ...view,
    lines: (view.lines ?? []).map((line) => (typeof line === 'string' ? textWithAddress(line, '') : line)),
    link: link === undefined ? false : { isButton: false, ...link },
    form: form === undefined ? false : { isQuiet: false, ...form },
    note: note === undefined ? false : { link: false, ...note },
  };
}
