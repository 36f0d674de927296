import { createHash } from 'node:crypto';

import { createUserService } from '../../../src/app/accounts/manage-users.ts';
import { createAccess } from '../../../src/app/accounts/sign-in.ts';
import type { Access } from '../../../src/app/accounts/sign-in.ts';
import { createSignInLimits } from '../../../src/limits/sign-in-limits.ts';
import { createOneTimeCodes } from '../../../src/secrets/one-time-codes.ts';
import { createPasswords, sessionTokens } from '../../../src/secrets/password-hash.ts';
import { createSecondFactors } from '../../../src/store/accounts/second-factors.ts';
import { createSessions } from '../../../src/store/accounts/sessions.ts';
import { createUsers } from '../../../src/store/accounts/users.ts';
import type { TestDatabase } from './test-database.ts';

export interface AccountsFixture {
  readonly service: ReturnType<typeof createUserService>;
  readonly access: Access;
}

/** The accounts of a database as the command line changes them, and as the desk lets them in. */
export function openAccounts(
  { db }: Pick<TestDatabase, 'db'>,
  {
    clock,
    requiresSecondFactor = false,
  }: { readonly clock: () => number; readonly requiresSecondFactor?: boolean },
): AccountsFixture {
  const users = createUsers(db);
  const passwords = createPasswords();
  return {
    service: createUserService({ users, passwords, clock }, { actor: 'root', origin: 'command-line' }),
    access: createAccess({
      users,
      passwords,
      sessions: createSessions(db),
      tokens: sessionTokens,
      limits: createSignInLimits({ hash: (text) => createHash('sha256').update(text).digest() }),
      factors: createSecondFactors(db),
      codes: createOneTimeCodes({ secrets: ['a secret of the tests'] }),
      requiresSecondFactor,
      clock,
    }),
  };
}
