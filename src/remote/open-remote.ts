import { setTimeout as pause } from 'node:timers/promises';

import type { z } from 'zod';

import type { EditionActions } from '../app/editions/edition-actions.ts';
import type { Edition } from '../domain/editions/edition.ts';
import type { Accounting } from '../domain/sending/delivery.ts';
import { countedEditionSchema, editionSchema, retrySchema } from '../web/api/schemas/editions.ts';
import { editionPath } from './edition-path.ts';
import { remoteOutcomes } from './outcomes.ts';
import { readRemoteUrl } from './remote-url.ts';
import { createSend } from './request.ts';
import type { RemoteOptions } from './request.ts';
import { remoteStatus } from './status.ts';
import { remoteSubscribers } from './subscribers.ts';

/** What a step prints of the edition after it. */
export type SteppedEdition = Pick<Edition, 'date' | 'state' | 'revision' | 'publishedAt'>;

/** Fields that the client reads. A newer server may answer others besides. */
const received = editionSchema.pick({ date: true, state: true, revision: true, publishedAt: true }).strip();
const receivedRetry = retrySchema.extend({ edition: received }).strip();
const receivedCounts = countedEditionSchema.pick({ accounting: true }).strip();

const settleEveryMs = 1_000;

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
    return toStepped(await send({ method: 'POST', path, body, answer: received }));
  };
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
    schedule: { unschedule: (reference: string) => step('unschedule', reference) },
    /** Reads the accounting every second until no recipient is pending, or `patienceMs` is over. */
    settled: async (reference: string, patienceMs: number): Promise<Accounting> => {
      const path = await editionPath(reference, send);
      const end = Date.now() + patienceMs;
      for (;;) {
        const { accounting } = await send({ method: 'GET', path, answer: receivedCounts });
        if (accounting.pending === 0 || Date.now() >= end) return accounting;
        await pause(settleEveryMs, undefined, { signal: options.signal });
      }
    },
    subscribers: async () => remoteSubscribers(send),
    ...remoteOutcomes(send),
    ...remoteStatus(send),
  };
}

export type Remote = ReturnType<typeof openRemote>;

function toStepped({ publishedAt, ...edition }: z.output<typeof received>): SteppedEdition {
  return { ...edition, publishedAt: publishedAt === null ? null : Date.parse(publishedAt) };
}
