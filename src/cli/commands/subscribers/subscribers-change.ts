import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import { Command } from 'commander';

import type { AddressesChanged } from '../../../app/subscribers/change-addresses.ts';
import { formatCount, formatCounted } from '../../../domain/numbers.ts';
import { requireAddress } from '../../../domain/subscribers/address.ts';
import { staysSuppressed } from '../../../domain/subscribers/kept-suppression.ts';
import type { SubscriptionState } from '../../../domain/subscribers/subscriber.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { CliContext } from '../../context.ts';
import { openImportFile } from '../../import-file.ts';

interface ChangeFlags {
  readonly file?: string;
  readonly reason?: string;
}

/** `subscribers suppress <email> | --file <file>`: no publication mails these addresses again. */
export function suppressCommand(context: CliContext): Command {
  return changeCommand(context, 'suppress').description(
    'never mail an address again, whether it is known or not; for every publication',
  );
}

/** `subscribers unsuppress <email> | --file <file>`: reverts a suppression that was wrong. */
export function unsuppressCommand(context: CliContext): Command {
  return changeCommand(context, 'unsuppress').description(
    'revert a suppression, such as one by a receiver that rejected valid addresses',
  );
}

/** `subscribers unsubscribe <publication> <email> | --file <file>`: no further edition of one publication. */
export function unsubscribeCommand(context: CliContext): Command {
  return new Command('unsubscribe')
    .description('unsubscribe addresses from a publication, whether they are known or not')
    .argument('<publication>')
    .argument('[email]')
    .option('--file <file>', 'a file with one address per line, or - for standard input')
    .option('--reason <text>', 'why, for the audit log')
    .action(async (publication: string, email: string | undefined, { file, reason }: ChangeFlags) => {
      requireOneOf(`unsubscribe ${publication}`, email, file);
      const subscribers = await (await context.openActions()).subscribers();
      if (email === undefined) {
        await using input = await openImportFile(context, file ?? '-');
        const lines = linesOf(input.source());
        const changed = await subscribers.change({ action: 'unsubscribe', publication, lines, reason });
        reportChange('unsubscribe', changed, context);
        return;
      }
      const { address, before } = await subscribers.set({
        publication,
        email,
        state: 'unsubscribed',
        reason,
      });
      context.result({ publication, address, before: before ?? null }, () =>
        describeUnsubscribed(before, { address, publication }),
      );
    });
}

function describeUnsubscribed(
  before: SubscriptionState | undefined,
  { address, publication }: { readonly address: string; readonly publication: string },
): string {
  if (before === 'suppressed') return `${address} is suppressed and gets no mail anyway.`;
  if (before !== undefined) return `${address} gets no further edition of ${publication}.`;
  return `${address} was no subscriber of ${publication}: check the spelling. It is remembered as unsubscribed, and no import makes it active.`;
}

function changeCommand(context: CliContext, action: 'suppress' | 'unsuppress'): Command {
  return new Command(action)
    .argument('[email]')
    .option('--file <file>', 'a file with one address per line, or - for standard input')
    .option('--reason <text>', 'why, for the audit log')
    .action(async (email: string | undefined, { file, reason }: ChangeFlags) => {
      requireOneOf(action, email, file);
      if (email !== undefined) requireAddress(email);
      const subscribers = await (await context.openActions()).subscribers();
      await using input = file === undefined ? undefined : await openImportFile(context, file);
      const lines = input === undefined ? [email ?? ''] : linesOf(input.source());
      const changed = await subscribers.change({ action, lines, reason });
      reportChange(action, changed, context);
    });
}

function reportChange(action: Action, changed: AddressesChanged, context: CliContext): void {
  if (changed.invalidCount + changed.refused.length > 0) context.exitStatus = 7;
  context.result({ action, ...changed }, () => describeChange(action, changed));
}

function requireOneOf(action: string, email: string | undefined, file: string | undefined): void {
  if ((email === undefined) !== (file === undefined)) return;
  throw new AppError('USAGE_INVALID', `\`subscribers ${action}\` needs an address or --file, and not both.`, {
    hint: `Write \`daybrief subscribers ${action} ada@example.org\` or \`daybrief subscribers ${action} --file addresses.txt\`.`,
  });
}

/** Lines of UTF-8 text, with any line end. */
function linesOf(source: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  return createInterface({ input: Readable.from(source), crlfDelay: Infinity });
}

type Action = 'suppress' | 'unsuppress' | 'unsubscribe';

const participles = {
  suppress: 'suppressed',
  unsuppress: 'unsuppressed',
  unsubscribe: 'unsubscribed',
} as const;

function describeChange(action: Action, changed: AddressesChanged): string {
  const lines = [`${formatCounted(changed.changed, 'address', 'addresses')} ${participles[action]}.`];
  if (changed.remembered > 0) {
    const were = changed.remembered === 1 ? 'was' : 'were';
    lines.push(
      `${formatCounted(changed.remembered, 'address', 'addresses')} ${were} not in the publication and ${changed.remembered === 1 ? 'is' : 'are'} remembered as unsubscribed.`,
    );
  }
  if (changed.unchanged > 0) lines.push(`${formatCount(changed.unchanged)} unchanged: already so.`);
  lines.push(...changed.refused.map(staysSuppressed));
  for (const { line, text } of changed.invalid) lines.push(`line ${line} is no address: ${text}`);
  const more = changed.invalidCount - changed.invalid.length;
  if (more > 0) lines.push(`${formatCount(more)} more lines are no addresses.`);
  return lines.join('\n');
}
