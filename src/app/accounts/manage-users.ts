import { checkPassword, readEmail, readGrants } from '../../domain/accounts/user.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { ActedBy } from '../../domain/audit.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Passwords, Users } from '../ports/accounts.ts';
import type { Clock } from '../ports/time.ts';

export interface ManageUsersPorts {
  readonly users: Users;
  readonly passwords: Passwords;
  readonly clock: Clock;
}

/** What an operator of the machine does to accounts. Roles are texts such as `approver:letter`. */
export interface UserService {
  list(): Promise<readonly User[]>;
  /** Throws AppError ADDRESS_INVALID, ACCOUNT_EXISTS, USAGE_INVALID for a role, PASSWORD_WEAK. */
  add(account: {
    readonly email: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly password: () => Promise<string>;
  }): Promise<User>;
  /** Sets a new password, removes the second factor, and ends the user's sessions. Throws AppError ACCOUNT_NOT_FOUND, PASSWORD_WEAK. */
  reset(email: string, password: () => Promise<string>): Promise<User>;
  /** The account cannot sign in any more, and its sessions end. Throws AppError ACCOUNT_NOT_FOUND. */
  disable(email: string): Promise<User>;
  /** Reverts `disable`. Throws AppError ACCOUNT_NOT_FOUND. */
  enable(email: string): Promise<User>;
  /** Replaces all roles. Throws AppError ACCOUNT_NOT_FOUND, USAGE_INVALID. */
  setRoles(email: string, roles: readonly string[]): Promise<User>;
}

export function createUserService(ports: ManageUsersPorts, by: ActedBy): UserService {
  const { users, passwords, clock } = ports;
  const change = () => ({ ...by, now: clock() });
  const changed = async (email: string, work: (user: User) => Promise<void>) => {
    const user = await need(email, users);
    await work(user);
    return need(user.email, users);
  };
  const readPassword = async (password: () => Promise<string>, email: string) => {
    const text = (await password()).normalize('NFC');
    checkPassword(text, email);
    return passwords.hash(text);
  };
  return {
    list: () => users.list(),
    async add({ roles, password, ...account }) {
      const email = readEmail(account.email);
      const grants = readGrants(roles);
      if ((await users.find(email)) !== undefined) throw accountExists(email);
      const passwordHash = await readPassword(password, email);
      await users.add({ email, name: account.name.trim(), passwordHash, grants }, change());
      return need(email, users);
    },
    reset: (email, password) =>
      changed(email, async (user) =>
        users.setPassword(user.id, await readPassword(password, user.email), change()),
      ),
    disable: (email) => changed(email, (user) => users.setDisabled(user.id, true, change())),
    enable: (email) => changed(email, (user) => users.setDisabled(user.id, false, change())),
    setRoles: async (email, roles) => {
      const grants = readGrants(roles);
      return changed(email, (user) => users.setGrants(user.id, grants, change()));
    },
  };
}

function accountExists(email: string): AppError {
  return new AppError('ACCOUNT_EXISTS', `There is an account of ${email} already.`, {
    hint: `Set a new password with \`daybrief users reset ${email}\`, or its roles with \`daybrief users roles\`.`,
  });
}

async function need(text: string, users: Users): Promise<User> {
  const email = readEmail(text);
  const found = await users.find(email);
  if (found !== undefined) return found.user;
  throw new AppError('ACCOUNT_NOT_FOUND', `There is no account of ${email}.`, {
    hint: '`daybrief users list` shows them all.',
  });
}
