import type { RelaySessions } from '../../app/ports/relays.ts';
import { openMessages } from '../../app/sending/open-messages.ts';
import type { ExaminePorts } from '../../app/sending/seeds/examine-arrival.ts';
import { runSeeds } from '../../app/sending/seeds/run-seeds.ts';
import type { SeedPorts } from '../../app/sending/seeds/run-seeds.ts';
import { readSeedPassword } from '../../config/seed-password.ts';
import { verifyDkim } from '../../delivery/dkim/verify-dkim.ts';
import { createDmarcPolicies } from '../../delivery/dns/dmarc.ts';
import { createDns } from '../../delivery/dns/look-up.ts';
import { hashMessage } from '../../delivery/message/hash-message.ts';
import { createSeedMailboxes } from '../../delivery/seeds/seed-mailboxes.ts';
import type { SeedMailbox } from '../../domain/sending/seeds/seed.ts';
import { createAskPage } from '../../fetch/ask-page.ts';
import { linksOf } from '../../render/links-of.ts';
import type { WireBase } from '../base.ts';
import { wireLinks } from '../links.ts';
import { wireMakers } from '../relays.ts';

/** A step of a seed takes no longer; then another worker goes on. */
const leaseMs = 120_000;

/**
 * Builds the steps of seeds for a worker.
 *
 * @param options.againMs how soon a mailbox is looked at again
 */
export async function wireSeedSteps(
  base: WireBase,
  sessions: RelaySessions,
  { againMs }: { readonly againMs: number },
) {
  const ports = await seedPorts(base, sessions);
  const { canarySeeds: seeds } = await base.store();
  return (signal: AbortSignal) => runSeeds({ ...ports, seeds }, { signal, leaseMs, againMs });
}

/** Access to the seed mailboxes that publications name. */
export function wireSeedMailboxes({ config }: Pick<WireBase, 'config'>) {
  return createSeedMailboxes({ readPassword: (mailbox: SeedMailbox) => readSeedPassword(mailbox, config) });
}

export async function seedPorts(base: WireBase, sessions: RelaySessions): Promise<SeedPorts> {
  const { clock, log } = base;
  const { editions } = await base.store();
  const makers = await wireMakers(base);
  const messages = openMessages({
    editions,
    hash: hashMessage,
    // Links and return path of a seed's message belong to no delivery.
    makerFor: (message, settings) => makers(message, { ...settings, editionId: 0 }),
  });
  return {
    ...examinePorts(base),
    editions,
    mailboxes: wireSeedMailboxes(base),
    messages,
    sessions,
    clock,
    log,
  };
}

function examinePorts(base: WireBase): ExaminePorts {
  const { config } = base;
  // Made for each question: an answer of the DNS is kept as long as its object lives.
  const dns = () => createDns({ servers: config.dnsServers });
  return {
    readMail: async (raw) => (await import('../../delivery/seeds/read-mail.ts')).readMail(raw),
    verifyDkim: (raw) => verifyDkim(raw, dns()),
    organizationOf: (domain) => createDmarcPolicies(dns()).organizationOf(domain),
    askLinks: wireLinks(base),
    askPage: createAskPage(),
    linksOf,
  };
}
