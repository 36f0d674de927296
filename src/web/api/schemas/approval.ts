import { z } from 'zod';

import type { ApprovalSummary } from '../../../app/api/approval-summary.ts';
import type { Preview } from '../../../app/editions/preview-edition.ts';
import type { Edition } from '../../../domain/editions/edition.ts';
import { count, date, slug, time } from './common.ts';
import { digestProblemSchema, toDigestProblem } from './digest-problem.ts';
import { editionSchema, toEdition } from './editions.ts';

export const approvalSchema = z
  .strictObject({
    state: z.enum(['approved', 'waiting']).describe('`waiting`: more people have to approve it.'),
    edition: editionSchema.nullable(),
    revision: count.nullable(),
    contentHash: z.string(),
    approvals: z.strictObject({ given: z.array(z.string()).readonly(), needed: count }).nullable(),
    approvedBy: z.string().describe('The name of the token.'),
    publication: slug,
    date,
    timeZone: z.string().describe('IANA name'),
    baseUrl: z.string().describe('Where its links begin.'),
    problems: z.array(digestProblemSchema).readonly().describe('Warnings and notes.'),
    wasCancelled: z.boolean().describe('It had been cancelled, and is no longer.'),
    isLate: z.boolean().describe('Its deadline has passed: it is not sent by itself.'),
  })
  .meta({ id: 'Approval' });

/** @param approved the edition, if enough people have approved it */
export function toApproval(
  summary: ApprovalSummary,
  { approved, approvedBy }: { readonly approved: Edition | undefined; readonly approvedBy: string },
): z.input<typeof approvalSchema> {
  const { slug: publication, date: on, contentHash, timeZone, baseUrl, problems, result } = summary;
  const isApproved = result.kind === 'approved';
  return {
    state: result.kind,
    edition: approved === undefined ? null : toEdition(publication, approved),
    revision: isApproved ? result.revision : null,
    contentHash,
    approvals: isApproved ? null : { given: result.given, needed: result.needed },
    approvedBy,
    publication,
    date: on,
    timeZone,
    baseUrl,
    problems: problems.map(toDigestProblem),
    wasCancelled: isApproved && result.wasCancelled,
    isLate: isApproved && result.isLate,
  };
}

export const reviewSchema = z
  .strictObject({
    publication: slug,
    date,
    contentHash: z.string().describe('What `approve` asks for. SHA-256, hexadecimal.'),
    subject: z.string(),
    preheader: z.string(),
    words: count,
    targetWords: count,
    brevity: z.number().describe('100 is as short as the publication aims at.'),
    heaviestBytes: count.describe('Octets of the whole message for the heaviest recipient.'),
    sendAt: z.string().describe('`HH:MM` in the time zone'),
    sendsAt: time,
    timeZone: z.string().describe('IANA name'),
    audience: count.nullable().describe('Active subscribers; null if the database does not know.'),
    inbox: z
      .array(z.strictObject({ client: z.string(), subject: z.string(), preheader: z.string() }))
      .readonly()
      .describe('The first words as lists of messages show them.'),
    problems: z.array(digestProblemSchema).readonly(),
    approvedRevision: count.nullable().describe('The newest approved revision; null before the first.'),
    changes: z
      .array(
        z
          .strictObject({
            parts: z
              .array(z.strictObject({ kind: z.enum(['same', 'deleted', 'inserted']), text: z.string() }))
              .readonly(),
          })
          .describe('A paragraph.'),
      )
      .readonly()
      .describe('What changed since that revision.'),
  })
  .meta({ id: 'Review' });

export type ReviewedDigest = Preview & {
  readonly rendering: NonNullable<Preview['rendering']> & { readonly contentHash: string };
};

/** Turns a digest that could be composed into what an approver looks at. */
export function toReview(preview: ReviewedDigest): z.input<typeof reviewSchema> {
  const { rendering, brevity, approval, changes } = preview;
  return {
    publication: preview.slug,
    date: preview.date,
    contentHash: rendering.contentHash,
    subject: preview.subject,
    preheader: preview.preheader,
    words: brevity?.words ?? 0,
    targetWords: brevity?.targetWords ?? 0,
    brevity: brevity?.score ?? 0,
    heaviestBytes: rendering.heaviestBytes ?? 0,
    sendAt: preview.sendAt,
    sendsAt: new Date(preview.sendsAt).toISOString(),
    timeZone: preview.timeZone,
    audience: preview.audience ?? null,
    inbox: preview.inbox.map(({ client, subject, preheader }) => ({ client, subject, preheader })),
    problems: preview.problems.map(toDigestProblem),
    approvedRevision: approval?.revision ?? null,
    changes:
      approval === undefined
        ? []
        : changes.map(({ parts }) => ({ parts: parts.map(({ kind, text }) => ({ kind, text })) })),
  };
}
