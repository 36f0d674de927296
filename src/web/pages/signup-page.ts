import type { Publication } from '../../domain/editions/publication.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { Web } from '../web-context.ts';
import { archivePaths, feedAlternates } from './archive-links.ts';
import { whenItComes } from './when-it-comes.ts';

export interface SignupPageOptions {
  /** The text below the field. */
  readonly outcome?: Outcome;
  /** The value of the field. */
  readonly email?: string;
  /** The request came from a form on another site, which has no stamp: the subscriber presses the button again. */
  readonly onceMore?: boolean;
}

/** The page of a publication as HTML: what it is, when it comes, the form, its last edition. */
export async function signupPage(
  web: Web,
  publication: Publication,
  options: SignupPageOptions = {},
): Promise<string> {
  const { site, services } = web;
  const { slug, name, description } = publication;
  const { outcome, onceMore = false } = options;
  const latest = publication.archive ? await services.archive.latest(slug) : undefined;
  const path = (to: string) => site.path(to, publication);
  const said = outcome === undefined ? '' : publication.outcomeTexts[outcome];
  return web.pages.html({
    template: 'signup',
    title: said === '' ? name : `${said} - ${name}`,
    description: description || name,
    canonicalPath: `/p/${slug}`,
    script: 'signup.js',
    alternates: feedAlternates(publication, (to) => site.url(to, publication)),
    publication,
    view: {
      name,
      description,
      when: whenItComes(publication),
      action: path(`/p/${slug}`),
      // What was typed stays where it has to be corrected.
      email: outcome === 'thank-you' ? '' : (options.email ?? '').slice(0, 320),
      stamp: services.issueStamp(),
      failed: publication.outcomeTexts['subscription-failed'],
      outcome: said,
      isGood: outcome === 'thank-you',
      isBad: outcome !== undefined && outcome !== 'thank-you',
      isInvalid: outcome === 'valid-email',
      takesFocus: outcome === 'valid-email' || outcome === 'subscription-failed',
      hint: signupHint(publication, { outcome, onceMore }),
      latest:
        latest === undefined
          ? false
          : {
              ...latest,
              href: path(archivePaths(publication).edition(latest.date)),
              archive: path(archivePaths(publication).list),
            },
    },
  });
}

/** The line under the outcome. It never depends on who asks. */
export function signupHint(
  publication: Publication,
  options: { readonly outcome?: Outcome | undefined; readonly onceMore?: boolean },
): string {
  const { pages: phrases } = phrasesFor(publication.language);
  if (options.outcome === 'thank-you') return publication.doubleOptIn ? phrases.checkInbox : '';
  if (options.onceMore === true) return phrases.oneMoreStep;
  return options.outcome === undefined ? phrases.leaveAnyTime : '';
}
