import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';

import { Command } from 'commander';

import type { ReceivedReport } from '../../../domain/inbound/received-report.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { CliContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';

/** `inbound check <file...>`: says how messages would be read, and stores nothing. */
export function checkCommand(context: CliContext): Command {
  return new Command('check')
    .description('say how messages in files would be read; nothing is stored')
    .argument('<file...>', 'each one message')
    .action(async (files: readonly string[]) => {
      const inbound = await (await context.openServices()).inbound();
      const reports: (ReceivedReport & { readonly file: string })[] = [];
      for (const file of files) {
        reports.push({ file, ...(await inbound.read(await readFile(context, file))) });
      }
      context.result({ reports }, () =>
        formatTable(
          [{ head: 'file' }, { head: 'kind' }, { head: 'class' }, { head: 'reason' }, { head: 'recipient' }],
          reports.map((report) => [
            report.file,
            report.kind,
            report.class ?? '',
            report.reason,
            report.recipient ?? '',
          ]),
        ),
      );
    });
}

async function readFile(context: CliContext, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(resolve(context.io.cwd, file), { end: 262_143 })) {
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', `${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return Buffer.concat(chunks);
}

/** `inbound address <publication>`: the address for feedback loops. */
export function addressCommand(context: CliContext): Command {
  return new Command('address')
    .description('show the address to register with the feedback loops of mailbox providers')
    .argument('<publication>')
    .action(async (slug: string) => {
      const services = await context.openServices();
      const inbound = await services.inbound();
      const feedback = await inbound.feedbackAddress(slug);
      context.result({ publication: slug, feedback }, () => feedback);
    });
}
