import { Command } from 'commander';

import type { UserService } from '../../../app/accounts/manage-users.ts';
import { formatGrant } from '../../../domain/accounts/user.ts';
import type { User } from '../../../domain/accounts/user.ts';
import { askPassword } from '../../ask-password.ts';
import type { CliContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { formatTime } from '../../output/times.ts';

/** `users add|list|disable|enable|reset|roles`: who may sign in at the desk, and what each may do. */
export function usersCommand(context: CliContext): Command {
  return new Command('users')
    .description('accounts of the desk: add, list, disable, reset')
    .addCommand(addCommand(context))
    .addCommand(listCommand(context))
    .addCommand(
      changeCommand(context, 'disable', {
        description: 'stop an account from signing in, and end its sessions',
        change: (users, email) => users.disable(email),
        say: ({ email }) => `${email} cannot sign in any more, and is signed out everywhere.`,
      }),
    )
    .addCommand(
      changeCommand(context, 'enable', {
        description: 'revert `users disable`',
        change: (users, email) => users.enable(email),
        say: ({ email }) => `${email} can sign in again, with the password of before.`,
      }),
    )
    .addCommand(
      changeCommand(context, 'reset', {
        description:
          'set a new password, remove the second factor, and end all sessions; it is asked for, or the first line of stdin',
        change: (users, email) => users.reset(email, () => askPassword(context, email)),
        say: ({ email }) => `${email} has a new password, and is signed out everywhere.`,
      }),
    )
    .addCommand(rolesCommand(context));
}

const roleHelp =
  'viewer, author, approver, operator or admin; in one publication with `:`, as in approver:letter (repeatable)';

function addCommand(context: CliContext): Command {
  return new Command('add')
    .description('add an account; its password is asked for, or is the first line of standard input')
    .argument('<email>')
    .option('--name <name>', 'how the desk greets its owner', '')
    .option('--role <role>', roleHelp, collect, [])
    .action(
      async (email: string, { name, role: roles }: { readonly name: string; readonly role: string[] }) => {
        const users = await (await context.openServices()).users();
        const password = () => askPassword(context, email);
        report(context, await users.add({ email, name, roles, password }), (user) => {
          return `${user.email} is added as ${grantsOf(user)}, and can sign in at /desk.`;
        });
      },
    );
}

function listCommand(context: CliContext): Command {
  return new Command('list').description('list the accounts with their roles').action(async () => {
    const users = await (await context.openServices()).users();
    const all = await users.list();
    context.result({ users: all.map(toJson) }, () =>
      all.length === 0
        ? 'There is no account. `daybrief users add <email> --role admin` adds one.'
        : formatTable(
            [
              { head: 'account' },
              { head: 'name' },
              { head: 'roles' },
              { head: 'state' },
              { head: 'second factor' },
              { head: 'last seen' },
            ],
            all.map((user) => [
              user.email,
              user.name,
              grantsOf(user),
              user.disabledAt === null ? 'active' : 'disabled',
              user.hasSecondFactor ? 'yes' : '',
              user.seenAt === null ? '' : formatTime(user.seenAt, 'UTC'),
            ]),
          ),
    );
  });
}

function rolesCommand(context: CliContext): Command {
  return new Command('roles')
    .description('replace the roles of an account')
    .argument('<email>')
    .option('--role <role>', roleHelp, collect, [])
    .action(async (email: string, { role: roles }: { readonly role: string[] }) => {
      const users = await (await context.openServices()).users();
      report(
        context,
        await users.setRoles(email, roles),
        (user) => `${user.email} is ${grantsOf(user)} now.`,
      );
    });
}

function changeCommand(
  context: CliContext,
  name: string,
  {
    description,
    change,
    say,
  }: {
    readonly description: string;
    readonly change: (users: UserService, email: string) => Promise<User>;
    readonly say: (user: User) => string;
  },
): Command {
  return new Command(name)
    .description(description)
    .argument('<email>')
    .action(async (email: string) => {
      const users = await (await context.openServices()).users();
      report(context, await change(users, email), say);
    });
}

function report(context: CliContext, user: User, say: (user: User) => string): void {
  context.result(toJson(user), () => say(user));
}

function toJson({ email, name, grants, createdAt, disabledAt, hasSecondFactor, seenAt }: User) {
  const roles = grants.map(formatGrant);
  return { email, name, roles, createdAt, disabledAt, hasSecondFactor, seenAt };
}

function grantsOf({ grants }: User): string {
  return grants.map(formatGrant).join(', ');
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
