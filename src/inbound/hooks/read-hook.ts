import type { HookProvider, HookReport } from '../../domain/inbound/hook.ts';
import type { ReceivedReport, ReportedDelivery } from '../../domain/inbound/received-report.ts';
import type { ReportKeys } from '../identify.ts';
import { findAddresses } from '../parts/find-addresses.ts';
import { classifyProviderBounce } from './classify-provider-bounce.ts';
import { parseJson } from './json.ts';
import type { ProviderEvent, ReadEvents } from './provider-event.ts';
import { readBrevo } from './providers/brevo.ts';
import { readGeneric } from './providers/generic.ts';
import { readMailgun } from './providers/mailgun.ts';
import { readMailjet } from './providers/mailjet.ts';
import { readPostmark } from './providers/postmark.ts';
import { readResend } from './providers/resend.ts';
import { readSendgrid } from './providers/sendgrid.ts';
import { readSes } from './providers/ses.ts';
import { readSparkpost } from './providers/sparkpost.ts';

const readEvents: Readonly<Record<HookProvider, ReadEvents>> = {
  ses: readSes,
  postmark: readPostmark,
  sendgrid: readSendgrid,
  mailgun: readMailgun,
  brevo: readBrevo,
  mailjet: readMailjet,
  sparkpost: readSparkpost,
  resend: readResend,
  generic: readGeneric,
};

/** More than any provider puts into one request. */
const maxEvents = 20_000;

const maxRawBytes = 64 * 1024;

/**
 * Reads what a provider posted: a report for each recipient and event that Daybrief acts on or counts. Opens and clicks
 * give none.
 *
 * @returns undefined if the body is no JSON. Never throws.
 */
export function readHook(
  provider: HookProvider,
  body: Uint8Array,
  { keys }: { readonly keys: ReportKeys },
): readonly HookReport[] | undefined {
  const parsed = parseJson(body);
  if (parsed === undefined) return undefined;
  return readEvents[provider](parsed)
    .slice(0, maxEvents)
    .map((event) => toHookReport(event, keys));
}

function toHookReport(event: ProviderEvent, keys: ReportKeys): HookReport {
  const { delivery, messageIds } = identify(event.traces, keys);
  return {
    report: {
      ...read(event),
      ...(event.recipient.includes('@') ? { recipient: event.recipient.slice(0, 320) } : {}),
      ...(delivery === undefined ? {} : { delivery }),
    },
    messageIds,
    isSure: event.isVague !== true,
    raw: toRaw(event.source),
  };
}

function read(event: ProviderEvent): Omit<ReceivedReport, 'recipient' | 'delivery'> {
  const { kind, name, reply } = event;
  if (kind !== 'bounce') {
    const text = [name, reply].filter((part) => part !== '').join(': ');
    const reason = kind === 'complaint' ? 'abuse' : 'by-provider';
    return { kind, reason, evidence: { text: text.slice(0, 500), source: 'feedback' } };
  }
  const { class: bounceClass, refusal, reason, evidence } = classifyProviderBounce(event);
  return { kind, class: bounceClass, reason, evidence, ...(refusal === undefined ? {} : { refusal }) };
}

function identify(
  traces: readonly string[],
  keys: ReportKeys,
): { readonly delivery: ReportedDelivery | undefined; readonly messageIds: readonly string[] } {
  const texts = traces.filter((trace) => trace !== '').slice(0, 40);
  const addresses = texts.flatMap(findAddresses).slice(0, 80);
  const tokens = texts.flatMap((text) => /\/unsubscribe\/([\w-]{20,100})/u.exec(text)?.[1] ?? []);
  const found = first(addresses, keys.delivery) ?? first(tokens, keys.link);
  return {
    delivery: found === undefined ? undefined : { ...found, by: 'returned-message' },
    messageIds: addresses.filter((address) => /^[\da-f]{40}@/u.test(address)).slice(0, 5),
  };
}

function first<Found>(
  texts: readonly string[],
  open: (text: string) => Found | undefined,
): Found | undefined {
  for (const text of texts) {
    const found = open(text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A body can be nested deeper than JSON.stringify can follow. */
function toRaw(source: unknown): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(source) ?? '').subarray(0, maxRawBytes);
  } catch {
    return Buffer.from('"an event that is nested too deeply"');
  }
}
