import { Command, Option } from 'commander';

import { settlementKinds } from '../../../domain/inbound/feedback.ts';
import type { KeptMessage, SettledAs } from '../../../domain/inbound/feedback.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { CliContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { formatTime } from '../../output/times.ts';
import { wholeNumber } from '../whole-number.ts';

/** `inbound list`: messages that a person has to look at. */
export function listCommand(context: CliContext): Command {
  return new Command('list')
    .description('list the messages that could not be classified, oldest first')
    .option('--limit <number>', 'how many', wholeNumber({ min: 1, max: 10_000 }), 100)
    .option('--after <id>', 'only those with a higher number', wholeNumber({ min: 0, max: 999_999_999 }), 0)
    .action(async ({ limit, after }: { readonly limit: number; readonly after: number }) => {
      const { kept } = await (await context.openServices()).inbound();
      const messages = await kept.list({ limit, afterId: after });
      const total = await kept.count();
      context.result({ total, messages }, () => describe(messages, total));
    });
}

function describe(messages: readonly KeptMessage[], total: number): string {
  if (total === 0) return 'No message waits for a decision.';
  const table = formatTable(
    [
      { head: 'number', align: 'right' },
      { head: 'received' },
      { head: 'kind' },
      { head: 'recipient' },
      { head: 'text' },
    ],
    messages.map((message) => [
      String(message.id),
      formatTime(message.receivedAt, 'UTC'),
      message.kind,
      message.recipient === '' ? '(not named)' : message.recipient,
      message.text.slice(0, 80),
    ]),
  );
  return `${table}\n${formatCounted(total, 'message waits', 'messages wait')} for a decision: \`daybrief inbound show <number>\`, \`daybrief inbound settle <number> --as <what>\`.`;
}

/** `inbound show <number>`: a message as it came. */
export function showCommand(context: CliContext): Command {
  return new Command('show')
    .description('show a message that could not be classified, as it came')
    .argument('<number>', 'of `inbound list`', messageNumber)
    .action(async (id: number) => {
      const { kept } = await (await context.openServices()).inbound();
      const { message, raw } = await kept.read(id);
      const text = Buffer.from(raw).toString('utf8');
      context.result({ ...message, raw: text }, () =>
        [
          `number ${message.id}, received ${formatTime(message.receivedAt, 'UTC')} by ${message.source}`,
          `from <${message.envelopeFrom}> to <${message.envelopeTo}>`,
          `recipient: ${message.recipient === '' ? '(not named)' : message.recipient}`,
          '',
          text,
        ].join('\n'),
      );
    });
}

/** `inbound settle <number> --as <what>`: a person's decision. */
export function settleCommand(context: CliContext): Command {
  return new Command('settle')
    .description('decide what a message means; it is then forgotten')
    .argument('<number>', 'of `inbound list`', messageNumber)
    .addOption(
      new Option('--as <what>', 'hard and complaint suppress the address; nothing only closes it')
        .choices(settlementKinds)
        .makeOptionMandatory(),
    )
    .action(async (id: number, { as }: { readonly as: SettledAs }) => {
      const { kept } = await (await context.openServices()).inbound();
      await kept.settle(id, as);
      context.result({ id, settledAs: as }, () => `Message ${id} is settled as ${as}.`);
    });
}

function messageNumber(text: string): number {
  return wholeNumber({ min: 1, max: 999_999_999 })(text);
}
