import { join } from 'node:path';

import type { DeskService } from '../../../src/app/desk/desk-service.ts';
import type { ImportJobs } from '../../../src/app/desk/import-jobs.ts';
import type { DeskWriting } from '../../../src/editor/desk-writing.ts';

/** The desk of an installation without any account. */
export const closedDesk: DeskService = {
  access: {
    isOpen: async () => false,
    signIn: async () => ({ kind: 'wrong', what: 'password' }),
    asksForCodes: async () => false,
    mustSetUp: () => false,
    secondFactor: {
      state: unused,
      begin: unused,
      pending: unused,
      confirm: unused,
      renewCodes: unused,
      remove: unused,
    },
    sessionHash: (token) => token,
    userOf: async () => undefined,
    signOut: async () => {},
  },
  views: { overview: unused, today: unused, workers: unused, audience: unused },
  relays: [],
  auditLog: { page: unused },
  usersWho: unused,
  editions: unused,
  status: unused,
  hasChanged: unused,
  draft: unused,
  email: unused,
  actions: () => {
    throw new Error('The desk is closed.');
  },
  markSeen: unused,
  recipients: unused,
  subscribers: unused,
  explain: unused,
  suppressed: unused,
  outcomes: unused,
  revisions: unused,
  changes: unused,
  doctor: unused,
};

export const closedWriting: DeskWriting = {
  pageFolder: join(import.meta.dirname, '../../../templates/preview'),
  maxImageBytes: 1024,
  open: unused,
  start: unused,
  recordSave: unused,
  recordProof: unused,
  addImage: unused,
};

export const closedImports: ImportJobs = {
  maxBytes: 1024,
  begin: unused,
  find: async () => undefined,
  recent: unused,
  check: () => undefined,
  run: () => undefined,
  rejects: () => undefined,
  remove: unused,
  [Symbol.asyncDispose]: async () => {},
};

function unused(): Promise<never> {
  return Promise.reject(new Error('The desk is closed.'));
}
