import type { SnsMessage } from '../../domain/inbound/hook.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Log } from '../../log/log.ts';
import type { Certificates } from '../ports/hooks.ts';
import type { FetchPage } from '../ports/inbox.ts';
import type { Clock } from '../ports/time.ts';
import { isMissingCertificate } from './sns-certificates.ts';

export interface CheckSnsPorts {
  /** Returns undefined for a message of a topic that is not configured. */
  readonly read: (body: Uint8Array) => SnsMessage | undefined;
  readonly certificates: Certificates;
  readonly isSigned: (message: SnsMessage, pem: string, now: EpochMs) => boolean;
  readonly fetchPage: FetchPage;
  readonly clock: Clock;
  readonly log: Log;
}

/** Returns true if a stored message is a notification that Amazon signed. */
export type CheckSns = (body: Uint8Array) => Promise<boolean>;

/**
 * Checks the signature of a stored SNS message, fetching its certificate if that is not known, and confirms the
 * subscription if the message asks for it: the topic is one that the settings name.
 *
 * The function throws AppError FETCH_REFUSED or FETCH_FAILED if Amazon cannot be asked.
 */
export function createCheckSns(ports: CheckSnsPorts): CheckSns {
  const { certificates, fetchPage, clock, log } = ports;
  return async (body) => {
    const message = ports.read(body);
    if (message === undefined) return false;
    const { type, topic, subscribeUrl } = message;
    const pem = await certificates.get(message.certificateUrl).catch((error: unknown) => {
      if (isMissingCertificate(error)) return undefined;
      throw error;
    });
    if (pem === undefined) {
      log.warn(
        { topic },
        'a webhook in the name of Amazon SNS names a certificate that Amazon does not have',
      );
      return false;
    }
    if (!ports.isSigned(message, pem, clock())) {
      log.warn({ topic }, 'a webhook in the name of Amazon SNS has a wrong signature');
      return false;
    }
    if (type === 'Notification') return true;
    if (type === 'UnsubscribeConfirmation') {
      log.warn({ topic }, 'Amazon SNS does not send notifications of this topic any more');
    }
    if (subscribeUrl !== undefined) {
      await fetchPage(subscribeUrl);
      log.info({ topic }, 'the subscription of Amazon SNS is confirmed');
    }
    return false;
  };
}
