import type { ReceivedReport, ReportKind } from '../domain/inbound/received-report.ts';
import { classifyBounce } from './classify-bounce.ts';
import { findRecipient } from './find-recipient.ts';
import { identifyDelivery } from './identify.ts';
import type { ReportKeys } from './identify.ts';
import { readDeliveryStatus } from './parts/delivery-status.ts';
import { collapse } from './parts/find-replies.ts';
import { openMessage } from './parts/open-message.ts';
import type { OpenMessage } from './parts/open-message.ts';
import { chooseRecipient, readKind } from './read-kind.ts';

export interface ReadOptions {
  readonly keys: ReportKeys;
  /** The envelope's addresses (RFC 5321), where they are known; `from` is empty for the null sender. */
  readonly envelope?: { readonly from: string; readonly to: string };
}

/**
 * Reads a received message: bounces with and without fields for machines (RFC 3464, 6522), complaints (RFC 5965), and
 * what is neither. Reads at most 256 KB of it. Pure; never throws, whatever the octets.
 */
export function readReport(raw: Uint8Array, options: ReadOptions): ReceivedReport {
  const message = openMessage(raw);
  const status =
    message.deliveryStatus === undefined ? undefined : readDeliveryStatus(message.deliveryStatus);
  const chosen = status === undefined ? undefined : chooseRecipient(status, message);
  const { kind, reason } = readKind(message, { status: chosen, envelopeFrom: options.envelope?.from });
  const isOwn = (address: string) =>
    address.toLowerCase() === options.envelope?.to.toLowerCase() ||
    options.keys.delivery(address) !== undefined;
  const about = {
    ...optional('recipient', isReport(kind) ? findRecipient(message, chosen, isOwn) : undefined),
    ...optional(
      'delivery',
      identifyDelivery(message, { keys: options.keys, envelopeTo: options.envelope?.to }),
    ),
  };
  if (kind === 'bounce') {
    return { kind, ...classifyBounce({ status: chosen, text: message.text }), ...about };
  }
  return { kind, reason, ...about, evidence: { text: evidenceText(message), source: sourceOf(message) } };
}

function isReport(kind: ReportKind): boolean {
  return kind === 'bounce' || kind === 'complaint' || kind === 'delay' || kind === 'success';
}

function evidenceText({ subject, text, feedback }: OpenMessage): string {
  return collapse(feedback ?? `${subject}: ${text}`).slice(0, 500);
}

function sourceOf({ feedback, deliveryStatus }: OpenMessage) {
  if (feedback !== undefined) return 'feedback';
  return deliveryStatus === undefined ? 'text' : 'status';
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: Value });
}
