import type { FastifyReply } from 'fastify';

import type { ArchivedEdition } from '../../domain/editions/archived-edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { PagePhrases } from '../../phrases/phrases.ts';
import { contentSecurityPolicy } from '../http/security-headers.ts';
import type { Web } from '../web-context.ts';
import { archivePaths, feedAlternates } from './archive-links.ts';
import { dayOfYear } from './edition-dates.ts';
import { editionSample } from './edition-sample.ts';
import { contactOf, sentenceStart } from './name-of.ts';
import { textWithAddress } from './notice.ts';
import { whenItComes } from './when-it-comes.ts';

export interface SignupPageOptions {
  /** The text below the field. */
  readonly outcome?: Outcome;
  /** The value of the field. */
  readonly email?: string;
  /** The request came from a form on another site, which has no stamp: the subscriber presses the button again. */
  readonly onceMore?: boolean;
}

const html = 'text/html; charset=utf-8';

/** Sends the page of a publication: its promise, when it comes, the form, the beginning of its last edition. */
export async function sendSignupPage(
  web: Web,
  { reply, publication }: { readonly reply: FastifyReply; readonly publication: Publication },
  options: SignupPageOptions = {},
): Promise<FastifyReply> {
  const { slug } = publication;
  const latest = publication.archive ? await web.services.archive.latest(slug) : undefined;
  if (latest !== undefined) {
    const origins = [web.site.origin(publication), ...latest.page.imageOrigins];
    reply.header('content-security-policy', contentSecurityPolicy(origins));
  }
  return reply.type(html).send(await signupPage(web, { publication, latest }, options));
}

interface Shown {
  readonly publication: Publication;
  readonly latest: ArchivedEdition | undefined;
}

function signupPage(web: Web, shown: Shown, options: SignupPageOptions): Promise<string> {
  const { site } = web;
  const { publication, latest } = shown;
  const { name, description } = publication;
  const { outcome } = options;
  const { pages: phrases } = phrasesFor(publication.language);
  const paths = archivePaths(publication);
  const path = (to: string) => site.path(to, publication);
  const said = outcome === undefined ? '' : publication.outcomeTexts[outcome];
  return web.pages.html({
    template: 'signup',
    title: said === '' ? name : `${said} - ${name}`,
    description: description || name,
    canonicalPath: paths.home,
    script: 'signup.js',
    alternates: feedAlternates(publication, (to) => site.url(to, publication)),
    publication,
    hasPrivacyLink: true,
    width: latest === undefined ? 'narrow' : 'wide',
    aside: latest === undefined ? undefined : { href: path(paths.list), text: phrases.archive },
    view: {
      ...promiseOf(publication),
      when: `${sentenceStart(whenItComes(publication), publication.language)}.`,
      action: path(paths.home),
      privacy: publication.privacyUrl ?? '',
      stamp: web.services.issueStamp(),
      ...answerView(publication, options),
      latest: latest === undefined ? false : latestView(latest, { phrases, publication, path }),
    },
  });
}

/** The longest first sentence that is a heading. */
const longestPromise = 90;

/** The first sentence of the description is the promise and the heading; a long one leaves that to the name. */
function promiseOf({ name, description }: Publication): { readonly promise: string; readonly rest: string } {
  const [first = ''] = /^.+?[.!?؟。](?=\s|$)/su.exec(description) ?? [description];
  if (first === '' || first.length > longestPromise) return { promise: name, rest: description };
  return { promise: first.replace(/\.$/u, ''), rest: description.slice(first.length).trim() };
}

function answerView(publication: Publication, options: SignupPageOptions) {
  const { outcome, onceMore = false, email = '' } = options;
  const { pages: phrases } = phrasesFor(publication.language);
  const contact = contactOf(publication);
  return {
    // What was typed stays, where it has to be corrected and where it has to be recognised.
    email: email.slice(0, 320),
    failed: publication.outcomeTexts['subscription-failed'],
    failedHint: phrases.tryLater(contact),
    contact,
    outcome: outcome === undefined ? '' : publication.outcomeTexts[outcome],
    isGood: outcome === 'thank-you',
    isBad: outcome !== undefined && outcome !== 'thank-you',
    isInvalid: outcome === 'valid-email',
    hint: textWithAddress(signupHint(publication, { outcome, onceMore }), contact),
  };
}

function latestView(
  { date, page }: ArchivedEdition,
  parts: {
    readonly phrases: PagePhrases;
    readonly publication: Publication;
    readonly path: (to: string) => string;
  },
) {
  const { phrases, publication, path } = parts;
  // "1,189 words · 4½ mins" was frozen with the page.
  const [minutes = ''] = /[\p{Nd}\p{No}]+/u.exec(page.count.split('·').at(-1) ?? '') ?? [];
  return {
    ...editionSample(page),
    date,
    said: dayOfYear(date, publication.language),
    href: path(archivePaths(publication).edition(date)),
    read: phrases.readIt(minutes),
  };
}

/** The line under the outcome. It never depends on who asks. */
export function signupHint(
  publication: Publication,
  options: { readonly outcome?: Outcome | undefined; readonly onceMore?: boolean },
): string {
  const { pages: phrases } = phrasesFor(publication.language);
  if (options.onceMore === true) return phrases.oneMoreStep;
  switch (options.outcome) {
    case 'thank-you':
      return publication.doubleOptIn ? phrases.checkInbox : '';
    case 'subscription-failed':
      return phrases.tryLater(contactOf(publication));
    case 'valid-email':
    case undefined:
      return '';
  }
}
