import { AppError } from '../../../errors/app-error.ts';
import type { CliContext } from '../../context.ts';

/** sysexits.h, as mail servers read the exit status of a pipe. Any other makes them bounce the report. */
const noSuchUser = 67;
const tryAgain = 75;

/** The text of a report comes before the message that it returns; the rest is read and dropped. */
const headOctets = 256 * 1024;

/**
 * Takes one message from standard input. Exits with 0 once it is stored, with 67 if this installation did not issue the
 * recipient, and with 75 after anything else, so that the mail server keeps the message and tries again.
 */
export async function receiveFromPipe(
  context: CliContext,
  flags: { readonly sender?: string; readonly recipient?: string },
): Promise<void> {
  try {
    const raw = await readHead(context);
    if (raw.length === 0) throw new AppError('USAGE_INVALID', 'Standard input is empty.');
    const services = await context.openServices();
    const inbound = await services.inbound();
    await using opened = await inbound.open();
    const { recipient, sender = '' } = flags;
    if (recipient !== undefined && !opened.accepts(recipient)) {
      context.note('5.1.1 No such address here');
      context.exitStatus = noSuchUser;
      return;
    }
    const envelope = recipient === undefined ? {} : { envelope: { from: sender, to: recipient } };
    const disposal = await opened.receive({ raw, source: 'stdin', ...envelope });
    context.result({ disposal }, () => disposal);
  } catch (error) {
    context.note(`4.3.0 The message could not be stored: ${(error as Error).message}`);
    context.exitStatus = tryAgain;
  }
}

async function readHead({ io }: CliContext): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of io.stdin) {
    const data = Buffer.from(chunk as Uint8Array);
    if (octets < headOctets) chunks.push(data.subarray(0, headOctets - octets));
    octets += data.length;
  }
  return Buffer.concat(chunks);
}
