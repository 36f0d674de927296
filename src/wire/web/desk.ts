import { createAccess } from '../../app/accounts/sign-in.ts';
import { createDeskService } from '../../app/desk/desk-service.ts';
import type { DeskPorts, DeskService } from '../../app/desk/desk-service.ts';
import { createSignInLimits } from '../../limits/sign-in-limits.ts';
import { createPasswords, sessionTokens } from '../../secrets/password-hash.ts';
import type { WireBase } from '../base.ts';

/** What the desk shares with the command line. */
export type DeskActions = Pick<
  DeskPorts,
  'schedule' | 'hasChanged' | 'draft' | 'actions' | 'subscribers' | 'explain' | 'doctor'
>;

/** Builds what the desk reads and does. */
export async function wireDesk(base: WireBase, actions: DeskActions): Promise<DeskService> {
  const { config, publications, clock, shared } = base;
  const store = await base.store();
  const { hashSignIn, oneTimeCodes: codes } = await base.secrets();
  const access = createAccess({
    users: store.users,
    sessions: store.sessions,
    factors: store.secondFactors,
    codes,
    requiresSecondFactor: config.desk.requiresSecondFactor,
    passwords: createPasswords(),
    tokens: sessionTokens,
    limits: createSignInLimits({ hash: hashSignIn, redis: await shared?.redis() }),
    clock,
  });
  return createDeskService({
    ...actions,
    access,
    publications,
    relays: config.relays,
    statusPorts: store,
    progress: (query) => store.progress(query),
    alarms: store.deskAlarms,
    readRecipients: (query) => store.recipients(query),
    audience: async (id) => (await store.subscribers.counts(id)).active,
    suppressed: (query) => store.suppressed(query),
    daily: {
      outcomes: (range) => store.outcomes(range),
      feedbackReasons: (range) => store.feedback.reasons(range),
      signupOutcomes: (range) => store.signupOutcomes(range),
    },
    auditLog: store.auditLog,
    users: store.users,
    workers: () => store.heartbeats.summary(clock()),
    clock,
  });
}
