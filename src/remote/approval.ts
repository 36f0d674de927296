import type { z } from 'zod';

import type { ApprovalSummary } from '../app/api/approval-summary.ts';
import type { ApproveOptions } from '../app/editions/approve-edition.ts';
import type { Problem } from '../domain/editions/problem.ts';
import { approvalSchema, reviewSchema } from '../web/api/schemas/approval.ts';
import { digestPath } from './edition-path.ts';
import { received, toMs } from './received.ts';
import type { Send } from './request.ts';

const receivedReview = received(reviewSchema);
const receivedApproval = received(approvalSchema);

type Received = z.output<typeof receivedApproval>;

/** A digest as it would be approved now: what an approver looks at. */
export type RemoteReview = ReturnType<typeof toReview>;

/** An approval, and the name of the token under which it is recorded. */
export type RemoteApproval = ApprovalSummary & { readonly approvedBy: string };

/** `approve`: what is looked at, and the approval of exactly that. */
export function remoteApproval(send: Send) {
  return {
    review: async (reference: string): Promise<RemoteReview> => {
      const path = `${await digestPath(reference, send)}/review`;
      return toReview(await send({ method: 'GET', path, answer: receivedReview }));
    },
    /** @param options.expectedHash the content hash that was looked at, or its first 12 digits or more */
    approve: async (
      reference: string,
      options: { readonly expectedHash: string } & Pick<ApproveOptions, 'now' | 'anyway'>,
    ): Promise<RemoteApproval> => {
      const { expectedHash: contentHash, now = false, anyway = false } = options;
      const path = `${await digestPath(reference, send)}/approve`;
      const body = { contentHash, now, anyway };
      return toSummary(await send({ method: 'POST', path, body, answer: receivedApproval }));
    },
  };
}

function toReview({
  publication,
  problems,
  audience,
  approvedRevision,
  ...review
}: z.output<typeof receivedReview>) {
  return {
    ...review,
    slug: publication,
    problems: problems.map(toProblem),
    audience: audience ?? undefined,
    approvedRevision: approvedRevision ?? undefined,
  };
}

function toSummary(answer: Received): RemoteApproval {
  const { publication: slug, date, contentHash, timeZone, baseUrl, approvedBy } = answer;
  const problems = answer.problems.map(toProblem);
  return { slug, date, contentHash, timeZone, baseUrl, approvedBy, problems, result: toResult(answer) };
}

function toResult({
  edition,
  revision,
  approvals,
  wasCancelled,
  isLate,
}: Received): ApprovalSummary['result'] {
  if (edition === null || revision === null)
    return { kind: 'waiting', given: approvals?.given ?? [], needed: approvals?.needed ?? 0 };
  const { state, onHold, isRestored, byLocalTime, sendAt, policy } = edition;
  const sendWindow = sendAt === null || policy === null ? null : { sendAt: toMs(sendAt), policy };
  const shown = { state, onHold, isRestored, byLocalTime, sendWindow };
  return { kind: 'approved', edition: shown, revision, wasCancelled, isLate };
}

function toProblem({ hint, file, line, column, ...rest }: Received['problems'][number]): Problem {
  return {
    ...rest,
    ...(hint === null ? {} : { hint }),
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { line }),
    ...(column === null ? {} : { column }),
  };
}
