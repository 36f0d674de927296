import type { HookProvider } from '../../domain/inbound/hook.ts';

/** Makes the header fields by which providers name a message in their webhooks, from its envelope sender. */
export type MakeTraceFields = (envelopeFrom: string) => Buffer;

/** What each provider reads, and returns with its events. The others return the envelope sender by themselves. */
const fields: Readonly<Partial<Record<HookProvider, (trace: string) => string>>> = {
  postmark: (trace) => `X-PM-Metadata-daybrief: ${trace}`,
  sendgrid: (trace) => `X-SMTPAPI: ${JSON.stringify({ unique_args: { daybrief: trace } })}`,
  mailgun: (trace) => `X-Mailgun-Variables: ${JSON.stringify({ daybrief: trace })}`,
  brevo: (trace) => `X-Mailin-custom: ${trace}`,
  mailjet: (trace) => `X-MJ-CustomID: ${trace}`,
  sparkpost: (trace) => `X-MSYS-API: ${JSON.stringify({ metadata: { daybrief: trace } })}`,
  resend: (trace) => `X-Daybrief: ${trace}`,
};

/**
 * Returns undefined if no configured provider needs a field. The fields come before the others, and no signature covers
 * them: providers take them out.
 */
export function createTraceFields(providers: readonly HookProvider[]): MakeTraceFields | undefined {
  const makers = providers.flatMap((provider) => fields[provider] ?? []);
  if (makers.length === 0) return undefined;
  return (envelopeFrom) => {
    // The seal is in the local part; a domain of its own keeps it below the 80 characters that Postmark allows.
    const trace = `${envelopeFrom.slice(0, envelopeFrom.lastIndexOf('@'))}@daybrief`;
    return Buffer.from(makers.map((make) => `${make(trace)}\r\n`).join(''));
  };
}
