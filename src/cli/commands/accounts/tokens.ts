import { Command } from 'commander';

import { scopes } from '../../../domain/accounts/api-token.ts';
import type { ApiToken } from '../../../domain/accounts/api-token.ts';
import type { CliContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { formatTime } from '../../output/times.ts';
import { wholeNumber } from '../whole-number.ts';

interface CreateFlags {
  readonly scope: readonly string[];
  readonly publication: readonly string[];
  readonly owner?: string;
  readonly days?: number;
}

/** `tokens create|list|revoke`: what programs may do at the API. */
export function tokensCommand(context: CliContext): Command {
  return new Command('tokens')
    .description('tokens of the API: create, list, revoke')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context));
}

function createCommand(context: CliContext): Command {
  return new Command('create')
    .description('make a token for a program; it is printed once, and only its hash is stored')
    .argument('<name>', 'the user of its actions in the audit log; never given to another token')
    .option('--scope <scope...>', `what it may do: ${scopes.join(', ')}`, collect, [])
    .option('--publication <name...>', 'only in these publications (default: in all)', collect, [])
    .option('--owner <name>', 'for whom it acts: an author may not approve their own edition with it')
    .option(
      '--days <number>',
      'expires after so many days (default: never)',
      wholeNumber({ min: 1, max: 3_650 }),
    )
    .action(async (name: string, { scope, publication, owner, days }: CreateFlags) => {
      const tokens = await (await context.openServices()).tokens();
      const request = { name, scopes: scope, publications: publication, owner, days };
      const { token, secret } = await tokens.create(request);
      context.result({ ...toJson(token), token: secret }, () => secret);
      context.note(
        `${token.name} may ${token.scopes.join(', ')} in ${token.publications.join(', ')}${token.expiresAt === null ? '' : ` until ${formatTime(token.expiresAt, 'UTC')}`}. Keep the token now: it cannot be shown again.`,
      );
    });
}

function listCommand(context: CliContext): Command {
  return new Command('list')
    .description('list the tokens with their scopes and last use; the tokens themselves are not stored')
    .action(async () => {
      const tokens = await (await context.openServices()).tokens();
      const all = await tokens.list();
      context.result({ tokens: all.map(toJson) }, () =>
        all.length === 0
          ? 'There is no token. `daybrief tokens create <name> --scope read` makes one.'
          : formatTable(
              [
                { head: 'token' },
                { head: 'scopes' },
                { head: 'publications' },
                { head: 'for' },
                { head: 'state' },
                { head: 'last used' },
              ],
              all.map((token) => [
                token.name,
                token.scopes.join(', '),
                token.publications.join(', '),
                token.owner,
                stateOf(token, Date.now()),
                token.seenAt === null ? '' : formatTime(token.seenAt, 'UTC'),
              ]),
            ),
      );
    });
}

function revokeCommand(context: CliContext): Command {
  return new Command('revoke')
    .description('end a token: its next request is refused')
    .argument('<name>')
    .action(async (name: string) => {
      const tokens = await (await context.openServices()).tokens();
      const token = await tokens.revoke(name);
      context.result(toJson(token), () => `${token.name} is revoked.`);
    });
}

function stateOf({ revokedAt, expiresAt, ownerDisabledAt }: ApiToken, now: number): string {
  if (revokedAt !== null) return 'revoked';
  if (ownerDisabledAt !== null) return 'account disabled';
  if (expiresAt === null) return 'active';
  return expiresAt <= now ? 'expired' : `until ${formatTime(expiresAt, 'UTC')}`;
}

function toJson({ id: _id, ...shown }: ApiToken): Omit<ApiToken, 'id'> {
  return shown;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
