import { setTimeout as pause } from 'node:timers/promises';

import type { z } from 'zod';

import type { EditionActions } from '../app/editions/edition-actions.ts';
import { parseReference } from '../domain/editions/edition-reference.ts';
import type { Edition } from '../domain/editions/edition.ts';
import type { Accounting } from '../domain/sending/delivery.ts';
import { editionSchema, retrySchema } from '../web/api/schemas/editions.ts';
import { remoteApproval } from './approval.ts';
import { digestPath, editionPath, readDays, sendPath } from './edition-path.ts';
import { remoteOutcomes } from './outcomes.ts';
import { received, toMs, toMsOrNull } from './received.ts';
import { readRemoteUrl } from './remote-url.ts';
import { createSend } from './request.ts';
import type { RemoteOptions } from './request.ts';
import { readSchedule } from './schedule.ts';
import { remoteStatus } from './status.ts';
import { remoteSubscribers } from './subscribers.ts';

/** What a step prints of the edition after it. */
type SteppedEdition = Pick<Edition, 'date' | 'state' | 'revision' | 'publishedAt'>;

/** Fields of every version of the API: an older server can pause and cancel too. */
const stepped = editionSchema.pick({ date: true, state: true, revision: true, publishedAt: true });
const receivedStep = received(stepped);
const receivedRetry = received(retrySchema.extend({ edition: stepped }));
const receivedEdition = received(editionSchema);

const settleEveryMs = 1_000;
/** The whole audience is written into batches before the answer. */
const publishingMs = 300_000;

/**
 * Opens the API of another installation; nothing is sent before the first action. An action throws what its counterpart
 * of this machine throws, and besides REMOTE_UNREACHABLE, REMOTE_INVALID, TOKEN_INVALID, SCOPE_MISSING and REQUEST_LIMIT.
 *
 * @throws AppError USAGE_INVALID if the URL cannot be used
 */
export function openRemote(options: RemoteOptions) {
  const send = createSend({ ...options, url: readRemoteUrl(options.url) });
  const step = async (name: string, reference: string, body: object = {}): Promise<SteppedEdition> => {
    const path = `${await editionPath(reference, send)}/${name}`;
    return toStepped(await send({ method: 'POST', path, body, answer: receivedStep }));
  };
  const { watchEdition, ...status } = remoteStatus(send);
  return {
    release: (reference: string) => step('release', reference),
    pause: (reference: string) => step('pause', reference),
    resume: (reference: string, { revision }: NonNullable<Parameters<EditionActions['resume']>[1]> = {}) =>
      step('resume', reference, revision === undefined ? {} : { revision }),
    cancel: (reference: string) => step('cancel', reference),
    retry: async (reference: string, reasons: readonly string[]) => {
      const path = `${await editionPath(reference, send)}/retry`;
      const { edition, recipients } = await send({
        method: 'POST',
        path,
        body: { reasons },
        answer: receivedRetry,
      });
      return { edition: toStepped(edition), recipients };
    },
    schedule: {
      unschedule: (reference: string) => step('unschedule', reference),
      schedule: async (reference: string, body: { readonly asApproved: boolean }) => {
        const path = `${await digestPath(reference, send)}/schedule`;
        return toOutgoing(await send({ method: 'POST', path, body, answer: receivedEdition }));
      },
      list: (slug: string | undefined) => readSchedule(slug, send),
    },
    /** Throws AppError SCOPE_MISSING if the token may not read what is to be shown after a step. */
    timeZone: async (reference: string) => (await readDays(parseReference(reference).slug, send)).timeZone,
    /** Publishes an approved edition; a worker of the other machine sends it. */
    send: async (reference: string, body: { readonly asApproved: boolean; readonly early: boolean }) => {
      const path = `${await sendPath(reference, send)}/send`;
      const answer = receivedEdition;
      return toOutgoing(await send({ method: 'POST', path, body, answer, timeoutMs: publishingMs }));
    },
    /** Reads the accounting every second until no recipient is pending, or `patienceMs` is over. */
    settled: async (reference: string, patienceMs: number): Promise<Accounting> => {
      const read = await watchEdition(reference);
      const end = Date.now() + patienceMs;
      for (;;) {
        const { accounting } = await read();
        if (accounting.pending === 0 || Date.now() >= end) return accounting;
        await pause(settleEveryMs, undefined, { signal: options.signal });
      }
    },
    watchEdition,
    subscribers: async () => remoteSubscribers(send),
    ...remoteApproval(send),
    ...remoteOutcomes(send),
    ...status,
  };
}

export type Remote = ReturnType<typeof openRemote>;

function toStepped({ publishedAt, ...edition }: z.output<typeof receivedStep>): SteppedEdition {
  return { ...edition, publishedAt: toMsOrNull(publishedAt) };
}

/** An edition that goes out, at once or at its send time. */
function toOutgoing(edition: z.output<typeof receivedEdition>) {
  const { publication, date, state, revision, intended, byLocalTime, sendAt, deadlineAt } = edition;
  const sendWindow =
    sendAt === null || deadlineAt === null ? null : { sendAt: toMs(sendAt), deadlineAt: toMs(deadlineAt) };
  return { name: `${publication}/${date}`, date, state, revision, intended, byLocalTime, sendWindow };
}
