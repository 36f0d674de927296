import type { FastifyInstance, FastifyReply } from 'fastify';

import type { Review, ReviewAnswer } from '../../app/editions/review-proof.ts';
import { fillSlots } from '../../domain/message/fill-slots.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
import { readForm } from '../http/read-form.ts';
import { contentSecurityPolicy } from '../http/security-headers.ts';
import { frameHeaders, sampleValues } from '../pages/email-frame.ts';
import { notice } from '../pages/notice.ts';
import type { Notice } from '../pages/notice.ts';
import { clockOf, countText, reviewView } from '../pages/review-view.ts';
import type { OfToken, Web } from '../web-context.ts';

const reading = { access: 'token', csrf: 'none', cache: 'no-store' } as const;
const changing = { access: 'token', csrf: 'own-origin', cache: 'no-store' } as const;

/**
 * `/proof/<token>`: an edition as one reviewer got it to look at. Reading changes nothing, because scanners follow every
 * link in a mail; people with a link of their own approve, take back or send back by a button.
 */
export function proofRoutes(app: FastifyInstance, web: Web): void {
  const { reviews } = web.services;
  app.get<OfToken>('/proof/:token', { config: { rules: reading } }, async (request, reply) => {
    const { token } = request.params;
    const review = await open(web, token);
    const view = reviewView(review, { base: `/proof/${token}`, now: web.services.now() });
    reply.header('content-security-policy', `${contentSecurityPolicy()}; frame-src 'self'`);
    reply.type(html);
    return web.pages.html({
      template: 'review',
      title: view.heading,
      publication: review.settings.publication,
      style: 'review.css',
      view,
    });
  });
  app.get<OfToken>('/proof/:token/email', { config: { rules: reading } }, async (request, reply) => {
    const review = await open(web, request.params.token);
    reply.headers(frameHeaders);
    reply.type(html);
    return fillSlots(review.html, sampleValues);
  });
  app.post<OfToken>('/proof/:token/approve', { config: { rules: changing } }, async (request, reply) => {
    const { token } = request.params;
    const review = await open(web, token);
    return answer(web, reply, {
      review,
      said: saidOf(await reviews.approve(token, { late: readForm(request).get('now') === 'yes' }), review),
    });
  });
  app.post<OfToken>('/proof/:token/take-back', { config: { rules: changing } }, async (request, reply) => {
    const { token } = request.params;
    const review = await open(web, token);
    return answer(web, reply, { review, said: takenBack[await reviews.takeBack(token)] });
  });
  app.post<OfToken>('/proof/:token/send-back', { config: { rules: changing } }, async (request, reply) => {
    const { token } = request.params;
    const review = await open(web, token);
    const isSentBack = await reviews.sendBack(token, readForm(request).get('note') ?? '');
    return answer(web, reply, { review, said: isSentBack ? sentBack(review) : withoutNote });
  });
}

async function open(web: Web, token: string): Promise<Review> {
  const review = await web.services.reviews.open(token);
  if (review === undefined) throw deadLink();
  return review;
}

async function answer(
  web: Web,
  reply: FastifyReply,
  { review, said }: { readonly review: Review; readonly said: Notice },
): Promise<string> {
  reply.type(html);
  const { publication } = review.settings;
  return web.pages.html({ template: 'notice', title: said.heading, publication, view: notice(said) });
}

function saidOf(result: ReviewAnswer, { proof, settings, sendAt, audience, reviewer }: Review): Notice {
  const { timeZone } = settings.publication;
  switch (result.kind) {
    case 'late':
      return {
        heading: `It is past ${sendAt === null ? 'its send time' : clockOf(sendAt, timeZone)}`,
        lines: [
          'Nothing was approved. Approved now, it goes out at once: tick the box on the page of the proof.',
        ],
      };
    case 'approved': {
      const when = sendAt === null ? 'once it is sent by command' : `at ${clockOf(sendAt, timeZone)}`;
      return {
        heading: `Approved by ${reviewer}`,
        lines: [`Revision ${result.revision} goes out ${when} to ${countText(audience)}.`],
        note: { text: 'It can be taken back on the page of the proof until a minute before.' },
      };
    }
    case 'waiting':
      return {
        heading: `${result.given.length} of ${result.needed} approvals`,
        lines: [`Approved by ${result.given.join(', ')}. Another reviewer has to approve the same content.`],
      };
    case 'newer':
      return {
        heading: 'There is a newer proof',
        lines: [`You opened proof ${proof.number}. Open the newest one from your mail.`],
      };
    case 'already':
      return { heading: `${result.by} already approved this`, lines: ['Nothing is left to do.'] };
  }
}

function sentBack({ proof, approvedBy }: Review): Notice {
  const stays =
    approvedBy === undefined
      ? 'What was approved before stays approved.'
      : 'It stays approved until it is taken back.';
  return {
    heading: 'Sent back',
    lines: [`Your note goes to ${proof.madeBy} by mail, and stands in the preview. ${stays}`],
  };
}

const withoutNote: Notice = {
  heading: 'Nothing was sent back',
  lines: ['Say what should change: go back and write a note.'],
};

const takenBack: Readonly<Record<'taken-back' | 'too-late' | 'not-approved', Notice>> = {
  'taken-back': { heading: 'Taken back', lines: ['Nothing goes out until someone approves it again.'] },
  'too-late': { heading: 'Too late', lines: ['It goes out within a minute, or is on its way.'] },
  'not-approved': { heading: 'Nothing to take back', lines: ['This content is not approved.'] },
};
