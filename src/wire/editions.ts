import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { approveEdition } from '../app/editions/approve-edition.ts';
import type { ApprovePorts } from '../app/editions/approve-edition.ts';
import { composeEdition } from '../app/editions/compose-edition.ts';
import type { Composition } from '../app/editions/compose-edition.ts';
import { createEditionActions } from '../app/editions/edition-actions.ts';
import type { EditionActionPorts } from '../app/editions/edition-actions.ts';
import { editionStatus, editionTimeZone, findEdition, listEditions } from '../app/editions/edition-status.ts';
import type { ComposePorts } from '../app/editions/examine-digest.ts';
import type { ProofPorts } from '../app/editions/make-proof.ts';
import type { KnownVersions } from '../app/editions/preview-edition.ts';
import { planSend, sendEdition } from '../app/sending/send-edition.ts';
import type { SendOptions } from '../app/sending/send-edition.ts';
import { listPublications } from '../content/publication/list-publications.ts';
import { hashMessage } from '../delivery/message/hash-message.ts';
import type { ActedBy } from '../domain/audit.ts';
import { parseReference } from '../domain/editions/edition-reference.ts';
import type { Edition } from '../domain/editions/edition.ts';
import type { DeliveryKind } from '../domain/sending/delivery.ts';
import { isSlowed } from '../domain/sending/provider-pace.ts';
import { AppError } from '../errors/app-error.ts';
import { compileMessage } from '../render/compile-message.ts';
import { keepRenderings } from '../render/kept-renderings.ts';
import { keepImages } from '../store/editions/images.ts';
import { commandLineActor } from './base.ts';
import type { WireBase } from './base.ts';
import { wireLinks } from './links.ts';
import { wireLint } from './lint.ts';
import type { WiredJournal } from './recovery.ts';
import { sampleHtmlOf, sampleOf } from './sample.ts';
import { wireSchedule } from './schedule.ts';
import { sendToMe } from './sending/send-proofs.ts';

/** Composing, with editions that were rendered before. */
function wireComposing(base: WireBase): () => ComposePorts {
  const { config, digestSource, clock } = base;
  const render = keepRenderings({
    folder: join(config.home, 'rendered-editions'),
    templatesDir: config.templates,
    render: async (request, onHtml) => (await base.renderer()).render(request, onHtml),
  });
  const renderer = { render, compile: compileMessage, hash: hashMessage };
  return () => ({ digestSource, renderer, baseUrl: config.web.baseUrl, clock });
}

/** Builds the actions on editions. */
export function wireEditions(base: WireBase, journal: WiredJournal) {
  const { config, digestSource, store, publicationId, clock, log } = base;
  const composePorts = wireComposing(base);
  const approvePorts = wireApproval(base, composePorts);
  const find = async (reference: string): Promise<Edition> =>
    findEdition(reference, { editions: (await store()).editions, publicationId });
  const openActions = async (): Promise<EditionActionPorts> => {
    const { scheduledSends, editionPages, ledger } = await store();
    return { ...(await approvePorts()), scheduledSends, editionPages, ledger, find };
  };
  const by = commandLineActor(config);
  const actions = createEditionActions(openActions, by);
  return {
    actor: by.actor,
    /** What a user does who is signed in. */
    editionActions: (other: ActedBy) => createEditionActions(openActions, other),
    ...actions,
    schedule: wireSchedule({
      askLinks: wireLinks(base),
      digestSource,
      listPublications: () => listPublications(config.digests),
      approvePorts,
      actions,
      store,
      webhook: config.alarms,
      clock,
      log,
    }),
    planSend: async (reference: string, options: SendOptions) =>
      planSend(reference, await approvePorts(), options),
    send: async (reference: string, options: SendOptions) => {
      const keeper = await journal.keeper();
      await keeper.check();
      const sent = await sendEdition(reference, await approvePorts(), { origin: by.origin, ...options });
      await keeper.advance();
      return sent;
    },
    sendToMe: async (
      reference: string,
      options: { readonly signal: AbortSignal; readonly to?: readonly string[] },
    ) => sendToMe(reference, base, { ...options, ports: await approvePorts() }),
    findEdition: find,
    composePorts,
    /** Sends an approved edition to its seed mailboxes and checks it as it arrives. */
    checkSeeds: async (reference: string, options: Parameters<typeof checkSeeds>[2]) =>
      checkSeeds(base, await find(reference), options),
    ...wireCuratorPage(base, { composePorts, approvePorts }),
    ...wireEditionViews(base),
  };
}

async function checkSeeds(
  base: WireBase,
  edition: Edition,
  options: { readonly signal: AbortSignal; readonly onFound: (text: string) => void },
) {
  const [{ trySeeds }, { seedPorts }, { openRelays }] = await Promise.all([
    import('../app/sending/seeds/try-seeds.ts'),
    import('./sending/seeds.ts'),
    import('./relays.ts'),
  ]);
  await using relays = openRelays(base);
  return await trySeeds(edition, await seedPorts(base, relays), options);
}

/** What the curator's page shows and does. */
function wireApproval({ config, store, publicationId, signers }: WireBase, composePorts: () => ComposePorts) {
  return async (): Promise<ApprovePorts & ProofPorts> => ({
    ...composePorts(),
    editions: (await store()).editions,
    approvals: (await store()).approvals,
    proofs: (await store()).proofs,
    digestAuthors: (await store()).digestAuthors,
    publicationId,
    subscriberZones: async (id) => (await store()).scheduledSends.subscriberZones(id),
    audience: async (id) => (await store()).subscribers.audience(id),
    keepImages: (images) => keepImages(config.home, images),
    checkSigning: async (publication) => {
      if (publication.dkim !== undefined) await (await signers())(publication);
    },
  });
}

function wireCuratorPage(
  base: WireBase,
  {
    composePorts,
    approvePorts,
  }: {
    readonly composePorts: () => ComposePorts;
    readonly approvePorts: () => Promise<ApprovePorts & ProofPorts>;
  },
) {
  const ports = () => ({ ...composePorts(), sample: sampleOf, sampleHtml: sampleHtmlOf });
  return {
    compose: async (reference: string, options?: { readonly copyImages: boolean }) =>
      composeEdition(reference, composePorts(), options),
    lint: wireLint(base, composePorts),
    sample: (composition: Composition) => sampleOf(composition),
    /** An edition as it would be approved now, with what is known about it. */
    reviewEdition: async (reference: string) => {
      const { previewEdition } = await import('../app/editions/preview-edition.ts');
      const versions = (slug: string, date: string) => knownVersions(slug, date, base);
      return previewEdition(reference, { ...ports(), versions });
    },
    openPreview: async (reference: string) => {
      const { wirePreview } = await import('./preview.ts');
      return wirePreview(reference, base, {
        ports: { ...ports(), versions: (slug, date) => knownVersions(slug, date, base) },
        sendProof: async (name) => {
          const signal = AbortSignal.timeout(proofPatienceMs);
          const ports = await approvePorts();
          const { proof, deliveries, note = '' } = await sendToMe(name, base, { signal, ports });
          const to = deliveries.map(({ address, answer }) => `${address} (${answer.kind})`).join(', ');
          return `Proof ${proof.number} was sent to ${to}. ${note}`.trim();
        },
        approve: async (name, contentHash) => {
          const options = { ...commandLineActor(base.config), expectedHash: contentHash };
          const result = await approveEdition(name, await approvePorts(), options);
          if ('revision' in result) return `Revision ${result.revision} is approved.`;
          const { given, needed } = result.waiting;
          return `${given.length} of ${needed} approvals: ${given.join(', ')}. One more person is needed.`;
        },
      });
    },
  };
}

/** How long a proof waits for a relay. */
const proofPatienceMs = 20_000;

/** The versions of an edition; undefined without a database that answers. */
async function knownVersions(
  slug: string,
  date: string,
  { config, store }: WireBase,
): Promise<KnownVersions | undefined> {
  if (config.database.kind === 'sqlite' && !existsSync(config.database.path)) return undefined;
  const { baselineText, readVersions } = await import('../app/editions/edition-versions.ts');
  try {
    const { publications, editions, proofs, approvals, subscribers } = await store();
    const publicationId = await publications.find(slug);
    if (publicationId === undefined) return undefined;
    const audience = async (id: number) => (await subscribers.counts(id)).active;
    const ports = { editions, proofs, approvals, audience };
    const versions = await readVersions(publicationId, date, ports);
    return {
      ...versions,
      textOf: (baseline) => baselineText(baseline, versions, ports),
      approvers: (contentHash) => approvals.given({ publicationId, date, contentHash }),
    };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function wireEditionViews(base: WireBase) {
  const { config, store, publicationId, clock } = base;
  return {
    refresh: async (edition: Edition) => (await store()).editions.get(edition.id),
    /** State and counts only: cheaper than `status`. */
    accounting: async ({ id }: Edition) => {
      const { editions } = await store();
      return { edition: await editions.get(id), accounting: await editions.accounting(id) };
    },
    /** Mailbox providers that are sent to more slowly, because they said so. */
    slowedProviders: async () =>
      (await (await store()).providerPaces.all()).filter((pace) => isSlowed(pace, clock())),
    complaints: async (ofPublication: number) =>
      (await store()).feedback.complaintRate(ofPublication, { now: clock() }),
    timeZone: async (edition: Edition) => editionTimeZone(edition, await store()),
    deliveries: async function* (request: { readonly editionId: number; readonly kind: DeliveryKind }) {
      const { listDeliveries } = await import('../app/sending/list-deliveries.ts');
      const { deliveries } = await store();
      yield* listDeliveries(request, deliveries);
    },
    status: async (edition: Edition) => editionStatus(edition, await store(), clock()),
    /** The approved revision of an edition that waits to be sent; undefined without a database that answers. */
    approvedHash: async (reference: string) => {
      const { slug, date = '' } = parseReference(reference);
      const known = (await knownVersions(slug, date, base))?.approved;
      if (known === undefined || !['approved', 'scheduled'].includes(known.edition.state)) return undefined;
      return known.edition.revision === known.revision.revision ? known.revision : undefined;
    },
    listEditions: async (slug: string | undefined) => {
      const slugs = slug === undefined ? await listPublications(config.digests) : [slug];
      return listEditions(slugs, { editions: (await store()).editions, publicationId }, { limit: 10 });
    },
  };
}
