import { z } from 'zod';

import { summarizeApproval } from '../../../app/api/approval-summary.ts';
import type { EditionActions } from '../../../app/editions/edition-actions.ts';
import type { Preview } from '../../../app/editions/preview-edition.ts';
import type { Scope } from '../../../domain/accounts/api-token.ts';
import type { Edition } from '../../../domain/editions/edition.ts';
import type { ErrorCode } from '../../../errors/catalogue.ts';
import { endpoint } from '../endpoint.ts';
import type { ApiCall, Endpoint } from '../endpoint.ts';
import { approvalSchema, reviewSchema, toApproval, toReview } from '../schemas/approval.ts';
import type { ReviewedDigest } from '../schemas/approval.ts';
import { count, ofEdition } from '../schemas/common.ts';
import { editionSchema, retrySchema, toEdition } from '../schemas/editions.ts';

type EditionCall<Body> = ApiCall<{ readonly slug: string; readonly date: string }, unknown, Body>;

interface Step<Body extends z.ZodType> {
  readonly name: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly description?: string;
  readonly body: Body;
  readonly refusals: readonly ErrorCode[];
  readonly act: (
    reference: string,
    options: { readonly call: EditionCall<z.output<Body>>; readonly actions: EditionActions },
  ) => Promise<Edition>;
}

const none = z.strictObject({});

/** Declares a step that answers with the edition after it. */
function step<Body extends z.ZodType>({ name, act, ...declaration }: Step<Body>): Endpoint {
  return endpoint({
    ...declaration,
    id: `${name}Edition`,
    tag: 'editions',
    method: 'POST',
    path: `/publications/{slug}/editions/{date}/${name}`,
    reach: 'this',
    params: ofEdition,
    answer: editionSchema,
    handle: async (call) => {
      const { slug, date } = call.params;
      const actions = call.web.services.desk.actions(call.by);
      return toEdition(slug, await act(`${slug}/${date}`, { call, actions }));
    },
  });
}

const composing: readonly ErrorCode[] = ['DIGEST_NOT_FOUND', 'DIGEST_INVALID', 'BASE_URL_LOCAL'];
const sending: readonly ErrorCode[] = [
  ...composing,
  'EDITION_NOT_APPROVED',
  'EDITION_CHANGED',
  'EDITION_STATE',
];
const steering: readonly ErrorCode[] = ['EDITION_NOT_FOUND', 'EDITION_STATE'];

const asApproved = z
  .boolean()
  .default(false)
  .describe('Send the approved revision although the digest has changed since.');

const note = z.string().max(2_000).describe('For readers of the page.');

const approve = endpoint({
  id: 'approveEdition',
  tag: 'editions',
  method: 'POST',
  path: '/publications/{slug}/editions/{date}/approve',
  scope: 'approve',
  reach: 'this',
  summary: 'Freezes the digest as it is now: from then on exactly these bytes are sent, or none.',
  description:
    'The content hash says what was looked at; compose the digest to get it. Where the publication does not let an author approve their own edition, neither a token of the author nor a token with the name of the author may.',
  params: ofEdition,
  body: z.strictObject({
    contentHash: z
      .string()
      .regex(/^[0-9a-fA-F]{12,64}$/)
      .describe('The content hash that was looked at, or its first 12 digits or more.'),
    now: z.boolean().default(false).describe('Approve it although the schedule then sends it at once.'),
    anyway: z.boolean().default(false).describe('Approve it although its links lead to this machine.'),
  }),
  answer: approvalSchema,
  refusals: [...composing, 'EDITION_CHANGED', 'EDITION_DUE', 'EDITION_STATE', 'APPROVAL_BY_AUTHOR'],
  handle: async ({ params: { slug, date }, body, by, token, web }) => {
    const { contentHash: expectedHash, now, anyway } = body;
    const options = { expectedHash, now, anyway, owner: token.owner };
    const result = await web.services.desk.actions(by).approve(`${slug}/${date}`, options);
    const approved = 'waiting' in result ? undefined : result.edition;
    return toApproval(summarizeApproval(result), { approved, approvedBy: by.actor });
  },
});

const review = endpoint({
  id: 'reviewEdition',
  tag: 'editions',
  method: 'GET',
  path: '/publications/{slug}/editions/{date}/review',
  scope: 'approve',
  reach: 'this',
  summary: 'Composes the digest as it would be approved now: the facts that an approver looks at.',
  params: ofEdition,
  answer: reviewSchema,
  refusals: composing.filter((code) => code !== 'BASE_URL_LOCAL'),
  handle: async ({ params: { slug, date }, web }) => {
    const reference = `${slug}/${date}`;
    const preview = await web.services.desk.draft(reference);
    const { rendering, problems } = preview;
    if (isComposed(preview) && !problems.some(({ severity }) => severity === 'error'))
      return toReview(preview);
    // Throws what an approval would.
    await web.services.api.digests.compose(reference, undefined);
    throw new Error(`${reference} has ${rendering === undefined ? 'no rendering' : 'no content hash'}.`);
  },
});

function isComposed(preview: Preview): preview is ReviewedDigest {
  return preview.rendering?.contentHash !== undefined;
}

const correct = endpoint({
  id: 'correctEdition',
  tag: 'editions',
  method: 'POST',
  path: '/publications/{slug}/editions/{date}/correct',
  scope: 'approve',
  reach: 'this',
  summary: 'Makes the digest as it is now the web page of a sent edition, with a dated note.',
  params: ofEdition,
  body: z.strictObject({ note }),
  answer: z.strictObject({ revision: count, contentHash: z.string() }).meta({ id: 'Correction' }),
  refusals: [...composing, ...steering, 'EDITION_UNCHANGED', 'USAGE_INVALID'],
  handle: async ({ params: { slug, date }, body, by, web }) => {
    const corrected = await web.services.desk.actions(by).correct(`${slug}/${date}`, body.note);
    return { revision: corrected.revision, contentHash: corrected.composition.contentHash };
  },
});

const retry = endpoint({
  id: 'retryEdition',
  tag: 'editions',
  method: 'POST',
  path: '/publications/{slug}/editions/{date}/retry',
  scope: 'send',
  reach: 'this',
  summary: 'Makes recipients due again for whom a sent or paused edition failed.',
  params: ofEdition,
  body: z.strictObject({
    reasons: z
      .array(z.string().min(1).max(100))
      .max(100)
      .default([])
      .describe('Only these reasons; all but bad addresses unless given.'),
  }),
  answer: retrySchema,
  refusals: steering,
  handle: async ({ params: { slug, date }, body, by, web }) => {
    const { edition, recipients } = await web.services.desk
      .actions(by)
      .retry(`${slug}/${date}`, body.reasons);
    return { edition: toEdition(slug, edition), recipients };
  },
});

export const stepEndpoints: readonly Endpoint[] = [
  review,
  approve,
  step({
    name: 'schedule',
    scope: 'send',
    summary: "Lets an approved edition go out at its send time, whatever the publication's policy.",
    body: z.strictObject({ asApproved }),
    refusals: [...sending, 'EDITION_LATE', 'EDITION_ON_HOLD'],
    act: (reference, { call, actions }) => actions.schedule(reference, call.body),
  }),
  step({
    name: 'unschedule',
    scope: 'send',
    summary: 'Puts an edition on hold until it is sent, scheduled or released.',
    body: none,
    refusals: steering,
    act: (reference, { actions }) => actions.unschedule(reference),
  }),
  step({
    name: 'release',
    scope: 'send',
    summary: 'Ends the hold of an edition: by `unschedule`, by a restored backup or by complaints.',
    body: none,
    refusals: steering,
    act: (reference, { actions }) => actions.release(reference),
  }),
  step({
    name: 'send',
    scope: 'send',
    summary: 'Publishes an approved edition to all active subscribers; a worker sends it.',
    body: z.strictObject({
      asApproved,
      early: z.boolean().default(false).describe('Send it before its day.'),
    }),
    refusals: [
      ...sending,
      'EDITION_EARLY',
      'EDITION_ON_HOLD',
      'AUDIENCE_EMPTY',
      'COMPLAINTS_HIGH',
      'DATABASE_OLDER',
    ],
    act: async (reference, { call }) =>
      (await call.web.services.api.send(reference, call.body, call.by)).edition,
  }),
  step({
    name: 'pause',
    scope: 'send',
    summary: 'Pauses a send within a second; no delivery is lost.',
    body: none,
    refusals: steering,
    act: (reference, { actions }) => actions.pause(reference),
  }),
  step({
    name: 'resume',
    scope: 'send',
    summary: 'Resumes a paused send.',
    body: z.strictObject({
      revision: z
        .number()
        .int()
        .min(1)
        .max(999_999)
        .optional()
        .describe('The approved revision for the remaining recipients; the same as before unless given.'),
    }),
    refusals: [...steering, 'EDITION_ON_HOLD', 'USAGE_INVALID'],
    act: (reference, { call, actions }) => actions.resume(reference, call.body),
  }),
  step({
    name: 'cancel',
    scope: 'send',
    summary: 'Stops an edition: remaining recipients are not mailed.',
    body: none,
    refusals: steering,
    act: (reference, { actions }) => actions.cancel(reference),
  }),
  retry,
  correct,
  step({
    name: 'withdraw',
    scope: 'approve',
    summary: 'Replaces the web page of a sent edition by a notice.',
    body: z.strictObject({ note: note.default('') }),
    refusals: [...steering, 'USAGE_INVALID'],
    act: (reference, { call, actions }) => actions.withdraw(reference, call.body.note),
  }),
];
