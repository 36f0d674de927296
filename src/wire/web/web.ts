import { createArchiveActions } from '../../app/editions/read-archive.ts';
import type { ArchiveActions } from '../../app/editions/read-archive.ts';
import { createReviews } from '../../app/editions/review-proof.ts';
import { createLinkActions } from '../../app/signup/link-actions.ts';
import { signUp } from '../../app/signup/sign-up.ts';
import type { SignUpRequest } from '../../app/signup/sign-up.ts';
import { openLogos } from '../../content/publication/open-logos.ts';
import type { DoctorReport } from '../../domain/doctor/finding.ts';
import { createSignupLimits } from '../../limits/signup-limits.ts';
import { openImage } from '../../store/editions/images.ts';
import type { WireBase } from '../base.ts';
import { wireHookActions } from '../inbound/hooks.ts';
import { signupQueue } from '../signup.ts';
import { wireApi } from './api.ts';
import type { ApiActions } from './api.ts';
import { wireDeskWriting, wireImportJobs } from './desk-writing.ts';
import type { WritingActions } from './desk-writing.ts';
import { wireDesk } from './desk.ts';
import type { DeskActions } from './desk.ts';

/** Builds the services of the pages. */
export async function wireWeb(
  base: WireBase,
  {
    desk: deskActions,
    api,
    doctor,
  }: {
    readonly desk: DeskActions & WritingActions;
    readonly api: ApiActions;
    readonly doctor: () => Promise<() => Promise<DoctorReport>>;
  },
) {
  const { config, publications, clock, log } = base;
  const store = await base.store();
  const { signups, mails, ownSubscriptions, subscribers } = store;
  const { links, stamps, hashCounter, identity } = await base.secrets();
  const limits = createSignupLimits(config.signup, {
    hash: hashCounter,
    redis: await base.shared?.redis(),
  });
  const queue = signupQueue(base);
  let overallLimitReached = 0;
  const take = async (request: SignUpRequest) => {
    const answer = await signUp(request, { publications, signups, stamps, limits, queue, clock, log });
    if (answer.reason === 'overall-limit') overallLimitReached += 1;
    return answer;
  };
  const writing = wireDeskWriting(base, deskActions);
  return {
    publications,
    api: await wireApi(base, { actions: api, signUp: take, writing }),
    desk: await wireDesk(base, deskActions),
    writing,
    imports: wireImportJobs(base, { ...deskActions, records: store.importRecords }),
    archive: wireArchive(base),
    hooks: await wireHookActions(base),
    reviews: await wireReviews(base),
    logos: openLogos({ digestsDir: config.digests, clock }),
    now: clock,
    issueStamp: () => stamps.issue(clock()),
    signUp: take,
    overallLimitReached: () => overallLimitReached,
    linkActions: createLinkActions({
      publications,
      ownSubscriptions,
      links,
      signups,
      mails,
      limits,
      queue,
      clock,
      erase: (canonical, options) => subscribers.erase(canonical, options),
    }),
    metricsSnapshot: () => store.metricsSnapshot(),
    ready: () => store.ready(),
    identify: (challenge: string) => identity.answer(challenge),
    doctor: async () => (await doctor())(),
  };
}

/** Builds what a proof's link leads to. */
async function wireReviews(base: WireBase) {
  const { proofs, approvals, digestAuthors, editions, scheduledSends, subscribers } = await base.store();
  const { proofLinks } = await base.secrets();
  return createReviews({
    proofs,
    approvals,
    digestAuthors,
    links: proofLinks,
    editions,
    scheduledSends,
    subscriberZones: (id) => scheduledSends.subscriberZones(id),
    audience: (id) => subscribers.audience(id),
    clock: base.clock,
  });
}

/** Builds the archive from the database and the folder of images. */
function wireArchive(base: WireBase): ArchiveActions {
  return createArchiveActions({
    publications: base.publications,
    archive: async (query) => (await base.store()).archive(query),
    archivedEditions: async (query) => (await base.store()).archivedEditions(query),
    withdrawal: async (query) => (await base.store()).withdrawal(query),
    openImage: (name) => openImage(base.config.home, name),
  });
}
