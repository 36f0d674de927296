import { createTokenService } from '../../app/accounts/manage-tokens.ts';
import { createUserService } from '../../app/accounts/manage-users.ts';
import { createPasswords, sessionTokens } from '../../secrets/password-hash.ts';
import { commandLineActor } from '../base.ts';
import type { WireBase } from '../base.ts';

/** Builds the actions on accounts, and the audit log. */
export function wireAccounts({ config, store, clock }: WireBase) {
  return {
    users: async () => {
      const { users } = await store();
      return createUserService({ users, passwords: createPasswords(), clock }, commandLineActor(config));
    },
    tokens: async () => {
      const { apiTokens } = await store();
      return createTokenService({ apiTokens, tokens: sessionTokens, clock }, commandLineActor(config));
    },
    auditLog: async () => (await store()).auditLog,
  };
}
