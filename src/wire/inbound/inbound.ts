import { createHash } from 'node:crypto';

import { Intake } from '../../app/inbound/intake.ts';
import { receiveMail } from '../../app/inbound/receive-mail.ts';
import type { MailEnvelope, ReceiveMail } from '../../app/inbound/receive-mail.ts';
import type { SmtpIntakeOptions } from '../../delivery/inbound/smtp-intake.ts';
import type { SettledAs } from '../../domain/inbound/feedback.ts';
import type { ReceivedReport } from '../../domain/inbound/received-report.ts';
import { AppError } from '../../errors/app-error.ts';
import { readReport } from '../../inbound/read-report.ts';
import { readSentTo } from '../../inbound/sent-to.ts';
import { actorOf } from '../base.ts';
import type { WireBase } from '../base.ts';
import { openReportKeys } from './report-keys.ts';

export interface RunningIntake extends AsyncDisposable {
  /** Where reports come in, for people: `SMTP on 127.0.0.1:2525`. */
  readonly places: readonly string[];
}

/** Builds the intake of reports. */
export function wireInbound(base: WireBase) {
  const { config, store, clock, log, secrets } = base;
  const openKeys = async () => {
    const { inboundAddresses } = await secrets();
    const keys = await openReportKeys(base);
    const read = (raw: Uint8Array, envelope: MailEnvelope | undefined): ReceivedReport =>
      readReport(raw, { keys, ...(envelope === undefined ? {} : { envelope }) });
    return { inboundAddresses, read };
  };
  const open = async (options: { readonly reviews: boolean }): Promise<OpenedIntake & AsyncDisposable> => {
    const { inboundAddresses: addresses, read } = await openKeys();
    const intake = new Intake({ feedback: (await store()).feedback, clock, log }, options);
    const receive = receiveMail({
      addresses,
      read,
      sentTo: readSentTo,
      hash: (raw) => createHash('sha256').update(raw).digest('hex'),
      store: (arrival) => intake.receive(arrival),
      clock,
    });
    await intake.catchUp();
    const accepts = (address: string) => addresses.recognize(address, new Date(clock())) !== undefined;
    return { receive, accepts, [Symbol.asyncDispose]: () => intake[Symbol.asyncDispose]() };
  };
  const kept = async () => (await store()).keptMessages;
  return {
    /** Opens the intake for one message that a command hands over. */
    open: () => open({ reviews: false }),
    /** Reads a message without storing anything. */
    read: async (raw: Uint8Array) => (await openKeys()).read(raw, undefined),
    /** Starts every configured source; they stop when it is disposed of. */
    start: async (sources: InboundSources): Promise<RunningIntake> =>
      startSources(base, sources, await open({ reviews: true })),
    hooks: async () => (await import('./hooks.ts')).listHooks(base),
    feedbackAddress: async (slug: string) => {
      const { bounceDomain } = await base.digestSource.loadPublication(slug);
      return (await openKeys()).inboundAddresses.feedback(bounceDomain);
    },
    kept: {
      list: async (options: { readonly limit: number; readonly afterId: number }) =>
        (await kept()).list(options),
      count: async () => (await kept()).count(),
      read: async (id: number) => (await kept()).read(id),
      settle: async (id: number, as: SettledAs) =>
        (await kept()).settle(id, { as, actor: actorOf(config), now: clock() }),
    },
  };
}

export type InboundSources = Pick<
  WireBase['config']['inbound'],
  'host' | 'smtpPort' | 'lmtpPort' | 'tls' | 'maildir' | 'imapUrl'
>;

interface OpenedIntake {
  readonly receive: ReceiveMail;
  readonly accepts: (address: string) => boolean;
}

async function startSources(
  { config, log }: WireBase,
  sources: InboundSources,
  { receive, accepts, ...intake }: OpenedIntake & AsyncDisposable,
): Promise<RunningIntake> {
  await using opened = new AsyncDisposableStack();
  opened.use(intake);
  const name = config.ehloNames[0] ?? 'localhost';
  const places: string[] = [];
  for (const protocol of ['smtp', 'lmtp'] as const) {
    const port = sources[`${protocol}Port`];
    if (port === undefined) continue;
    const place = { protocol, host: sources.host, port, name };
    const take = (raw: Uint8Array, envelope: MailEnvelope) => receive({ raw, source: protocol, envelope });
    const { server, ...rest } = await openServer({ ...place, accepts, receive: take, log }, sources.tls);
    opened.use(server);
    opened.defer(rest.stop);
    const tls = sources.tls === undefined ? '' : ' with STARTTLS';
    places.push(`${protocol.toUpperCase()} on ${await listen(server, place)}${tls}`);
  }
  const { watching, stop } = await watchSources(sources, { receive, log });
  opened.defer(stop);
  const all = opened.move();
  return { places: [...places, ...watching], [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function openServer(options: SmtpIntakeOptions, tls: InboundSources['tls']) {
  const { SmtpIntake } = await import('../../delivery/inbound/smtp-intake.ts');
  if (tls === undefined) return { server: new SmtpIntake(options), stop: () => {} };
  const { readCertificate, watchCertificate } = await import('../../delivery/inbound/intake-certificate.ts');
  const current = await readCertificate(tls);
  const server = new SmtpIntake({ ...options, certificate: current });
  const { log } = options;
  const watch = watchCertificate(tls, { current, use: (certificate) => server.renew(certificate), log });
  return { server, stop: () => watch[Symbol.dispose]() };
}

/** Watches mailboxes until `stop` is called. */
async function watchSources(
  sources: InboundSources,
  { receive, log }: { readonly receive: ReceiveMail; readonly log: WireBase['log'] },
): Promise<{ readonly watching: readonly string[]; readonly stop: () => Promise<void> }> {
  const abort = new AbortController();
  const { signal } = abort;
  const watching: string[] = [];
  const running: Promise<void>[] = [];
  if (sources.maildir !== undefined) {
    const { watchMaildir } = await import('../../delivery/inbound/maildir-intake.ts');
    const take = (raw: Uint8Array) => receive({ raw, source: 'maildir' });
    running.push(watchMaildir({ path: sources.maildir, receive: take, signal, log }));
    watching.push(`the Maildir ${sources.maildir}`);
  }
  if (sources.imapUrl !== undefined) {
    const { watchImap } = await import('../../delivery/inbound/imap-intake.ts');
    const take = (raw: Uint8Array) => receive({ raw, source: 'imap' });
    running.push(watchImap({ url: sources.imapUrl, receive: take, signal, log }));
    watching.push(`the IMAP mailbox at ${new URL(sources.imapUrl).host}`);
  }
  const stop = async () => {
    abort.abort();
    await Promise.all(running);
  };
  return { watching, stop };
}

async function listen(
  server: { listen(): Promise<string> },
  place: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await server.listen();
  } catch (error) {
    throw new AppError(
      'PORT_UNAVAILABLE',
      `The intake cannot listen on port ${place.port} of ${place.host}: ${(error as Error).message}.`,
      { hint: 'Set INBOUND_SMTP_PORT or INBOUND_LMTP_PORT to a free port.', cause: error },
    );
  }
}
