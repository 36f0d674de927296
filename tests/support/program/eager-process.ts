import { main } from '../../../src/cli/main.ts';
import { openServices } from '../../../src/wire/open-services.ts';
import { workerIntervals } from '../../../src/wire/worker-intervals.ts';

/** The command line in a process of its own, whose workers look for seeds and watch sends 20 times a second. */
const eager = { ...workerIntervals, watchMs: 50, seedsMs: 50, mailboxMs: 50 };
await main((config, log) => openServices(config, log, eager));
