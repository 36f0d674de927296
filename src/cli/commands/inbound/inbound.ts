import { once } from 'node:events';
import { resolve } from 'node:path';

import { Command } from 'commander';

import { AppError } from '../../../errors/app-error.ts';
import type { InboundSources } from '../../../wire/inbound/inbound.ts';
import type { CliContext } from '../../context.ts';
import { hasSource } from '../../inbound-sources.ts';
import { wholeNumber } from '../whole-number.ts';
import { addressCommand, checkCommand } from './inbound-check.ts';
import { hooksCommand } from './inbound-hooks.ts';
import { listCommand, settleCommand, showCommand } from './inbound-kept.ts';
import { receiveFromPipe } from './receive-from-pipe.ts';

interface InboundFlags {
  readonly stdin?: boolean;
  readonly sender?: string;
  readonly recipient?: string;
  readonly smtp?: number;
  readonly lmtp?: number;
  readonly maildir?: string;
}

/** `inbound`: takes reports of bounces and complaints, until a signal; and what a person has to look at. */
export function inboundCommand(context: CliContext): Command {
  const port = wholeNumber({ min: 0, max: 65_535 });
  return new Command('inbound')
    .description('take bounces and complaints by SMTP, LMTP, Maildir, IMAP or standard input')
    .option('--stdin', 'read one message from standard input, as from a pipe of Postfix')
    .option('--sender <address>', "with --stdin: the envelope's sender, ${sender} of Postfix")
    .option('--recipient <address>', "with --stdin: the envelope's recipient, ${recipient} of Postfix")
    .option('--smtp <port>', 'take mail by SMTP on this port (default: INBOUND_SMTP_PORT)', port)
    .option('--lmtp <port>', 'take mail by LMTP on this port (default: INBOUND_LMTP_PORT)', port)
    .option('--maildir <path>', 'read a Maildir (default: INBOUND_MAILDIR)')
    .action(async (flags: InboundFlags) => {
      if (flags.stdin === true) await receiveFromPipe(context, flags);
      else await serve(context, flags);
    })
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(settleCommand(context))
    .addCommand(addressCommand(context))
    .addCommand(hooksCommand(context))
    .addCommand(checkCommand(context));
}

async function serve(context: CliContext, flags: InboundFlags): Promise<void> {
  // Reading `signal` before the first message ensures that SIGTERM is handled from here on.
  const { signal } = context;
  const { inbound: configured } = await context.config();
  const named: InboundSources = {
    host: configured.host,
    ...(configured.tls === undefined ? {} : { tls: configured.tls }),
    ...(flags.smtp === undefined ? {} : { smtpPort: flags.smtp }),
    ...(flags.lmtp === undefined ? {} : { lmtpPort: flags.lmtp }),
    ...(flags.maildir === undefined ? {} : { maildir: resolve(context.io.cwd, flags.maildir) }),
  };
  const sources = hasSource(named) ? named : configured;
  if (!hasSource(sources)) {
    throw new AppError('USAGE_INVALID', 'No source of reports is configured.', {
      hint: 'Set INBOUND_SMTP_PORT, INBOUND_LMTP_PORT, INBOUND_MAILDIR or INBOUND_IMAP_URL, or use --smtp, --lmtp, --maildir or --stdin.',
    });
  }
  const services = await context.openServices();
  const inbound = await services.inbound();
  using _journal = services.keepJournal();
  {
    await using running = await inbound.start(sources);
    context.note(`Reports come in by ${running.places.join(', ')}. Ctrl-C stops.`);
    if (!signal.aborted) await once(signal, 'abort');
  }
  context.note('Stopped; everything that was taken is stored.');
}
