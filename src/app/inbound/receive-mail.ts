import type { Arrival, ArrivalSource, Disposal } from '../../domain/inbound/feedback.ts';
import type { ReceivedReport } from '../../domain/inbound/received-report.ts';
import type { InboundAddresses, Recognized } from '../ports/links.ts';
import type { Clock } from '../ports/time.ts';

/** Addresses of RFC 5321; `from` is empty for the null sender. */
export interface MailEnvelope {
  readonly from: string;
  readonly to: string;
}

export interface ReceivedMail {
  /** The message, or its first 256 KB. */
  readonly raw: Uint8Array;
  readonly source: ArrivalSource;
  /** Unknown where messages are read from a mailbox that keeps no envelope. */
  readonly envelope?: MailEnvelope;
}

export interface ReceivePorts {
  readonly addresses: Pick<InboundAddresses, 'recognize'>;
  /** Reads a message: what it is, and what it is about. */
  readonly read: (raw: Uint8Array, envelope: MailEnvelope | undefined) => ReceivedReport;
  /** The address that a message was sent to, as servers note it in its header. */
  readonly sentTo: (raw: Uint8Array) => readonly string[];
  /** SHA-256, hexadecimal. */
  readonly hash: (raw: Uint8Array) => string;
  readonly store: (arrival: Arrival) => Promise<Disposal>;
  readonly clock: Clock;
}

export type ReceiveMail = (mail: ReceivedMail) => Promise<Disposal>;

/** What is stored of a message that a person has to look at. */
const keptOctets = 64 * 1024;

/**
 * Takes a message that came back, and resolves once what follows from it is stored. Rejects if it could not be stored:
 * the sending server must keep it.
 */
export function receiveMail(ports: ReceivePorts): ReceiveMail {
  return ({ raw, source, envelope }) => {
    const now = new Date(ports.clock());
    const addresses = envelope === undefined ? ports.sentTo(raw) : [envelope.to];
    const recognized = addresses
      .map((address) => ports.addresses.recognize(address, now))
      .filter((found) => found !== undefined);
    const report = ports.read(raw, envelope);
    const leaves = recognized.find((found) => found.kind === 'leave');
    const arrival: Arrival = {
      report: leaves === undefined ? report : toLeaveReport(report, envelope),
      source,
      fingerprint: ports.hash(raw),
      raw: raw.subarray(0, keptOctets),
      ...(envelope === undefined ? {} : { envelope }),
      isTrusted: recognized.some(({ kind }) => kind === 'feedback'),
      ...(leaves !== undefined && isWritten(report, envelope) ? { leaves: subjectOf(leaves) } : {}),
    };
    return ports.store(arrival);
  };
}

function subjectOf({ publicationId, subscriberId }: Extract<Recognized, { kind: 'leave' }>) {
  return { publicationId, subscriberId };
}

/** Programs answer, and servers report, to any address: only a mail program that was asked to leaves. */
function isWritten({ kind }: ReceivedReport, envelope: MailEnvelope | undefined): boolean {
  return envelope?.from !== '' && (kind === 'other' || kind === 'challenge' || kind === 'unsubscribe');
}

function toLeaveReport(report: ReceivedReport, envelope: MailEnvelope | undefined): ReceivedReport {
  if (!isWritten(report, envelope))
    return report.kind === 'other' ? { ...report, reason: 'to-leave' } : report;
  return { kind: 'unsubscribe', reason: 'by-mail', evidence: { text: '', source: 'header' } };
}
