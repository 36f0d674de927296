import type { Publication } from '../../domain/editions/publication.ts';
import type { PagePhrases } from '../../phrases/phrases.ts';
import type { Shown } from '../http/page-error.ts';
import { archivePaths } from './archive-links.ts';
import { contactOf } from './name-of.ts';
import { textWithAddress } from './notice.ts';
import type { Notice } from './notice.ts';
import type { Site } from './site.ts';

interface ErrorParts {
  readonly site: Site;
  readonly phrases: PagePhrases;
  /** The only one, if there is only one: no error page tells which publication a token was for. */
  readonly publication: Publication | undefined;
}

/** What an error page says, and what to do instead. */
export function errorNotice(shown: Shown, { site, phrases, publication }: ErrorParts): Notice {
  switch (shown) {
    case 'deadConfirm':
      return deadConfirmation({ site, phrases, publication });
    case 'deadUnsubscribe': {
      const address = publication === undefined ? '' : contactOf(publication);
      return {
        heading: phrases.deadLink,
        outcome: { kind: 'bad', text: phrases.nothingChanged },
        lines: [textWithAddress(phrases.leaveFailed(address), address)],
      };
    }
    case 'deadLink':
      return {
        heading: phrases.deadLink,
        outcome: { kind: 'bad', text: phrases.nothingChanged },
        lines: [phrases.deadLinkText],
      };
    case 'notFound':
    case 'refused':
    case 'failed':
      return {
        heading: phrases[shown],
        lines: [phrases[`${shown}Text`]],
        link: { href: site.path('/', publication), text: phrases.toFrontPage },
      };
  }
}

/** Of a confirmation link that is too old or not whole. */
export function deadConfirmation({ site, phrases, publication }: ErrorParts): Notice {
  const path = publication === undefined ? '/' : archivePaths(publication).home;
  return {
    heading: phrases.deadLink,
    outcome: { kind: 'bad', text: phrases.nothingConfirmed },
    lines: [phrases.confirmFailed],
    link: { href: site.path(path, publication), text: phrases.signUpAgain, isButton: true },
  };
}

/** The same in one sentence or two, for programs. */
export function errorText(shown: Shown, phrases: PagePhrases): string {
  switch (shown) {
    case 'deadConfirm':
      return phrases.confirmFailed;
    case 'deadUnsubscribe':
      return phrases.leaveFailed('');
    case 'deadLink':
    case 'notFound':
    case 'refused':
    case 'failed':
      return phrases[`${shown}Text`];
  }
}
