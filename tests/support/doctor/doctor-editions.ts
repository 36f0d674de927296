import type { DoctorPorts, EditionPorts } from '../../../src/app/doctor/doctor-ports.ts';

const hourMs = 3_600_000;

/** Mailboxes that can be opened, and room on the disk. */
export const healthyPlaces: Pick<DoctorPorts, 'seedFolders' | 'inboundMailboxes' | 'diskSpace'> = {
  seedFolders: async () => ['INBOX'],
  inboundMailboxes: [],
  diskSpace: async () => ({ freeBytes: 50 * 1024 ** 3, totalBytes: 100 * 1024 ** 3 }),
};

/** An approved edition that is due in ten hours, and a worker. */
export function healthyEditions(slug: string): EditionPorts {
  const sendAt = Date.now() + 10 * hourMs;
  const day = {
    date: '2026-11-30',
    day: 'edition-day',
    sendAt,
    deadlineAt: sendAt + 3 * hourMs,
    state: 'approved',
    revision: 1,
    isWithdrawn: false,
    outlook: 'goes-out',
    changedSinceApproval: false,
  } as const;
  return {
    schedule: async () => ({ publication: slug, timeZone: 'UTC', days: [day] }),
    problems: async () => ({ errors: 0, warnings: 0 }),
    activeSubscribers: async () => 1_200,
    unfinished: async () => [],
    eventCounts: async () => [],
    hasEventSecret: () => true,
    workers: async () => ({ workers: 1, lastAt: Date.now(), relays: 1, relaysUp: 1, relayStates: [] }),
    heaviest: async () => ({ bytes: 80 * 1024, edition: `${slug}/2026-11-30` }),
  };
}
