import type { DeskService } from '../../src/app/desk/desk-service.ts';

/** The desk of an installation without any account. */
export const closedDesk: DeskService = {
  access: {
    isOpen: async () => false,
    signIn: async () => ({ kind: 'wrong' }),
    userOf: async () => undefined,
    signOut: async () => {},
  },
  views: { overview: unused, today: unused, audience: unused },
  relays: [],
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
};

function unused(): Promise<never> {
  return Promise.reject(new Error('The desk is closed.'));
}
