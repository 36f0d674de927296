import { report } from '../measure.ts';
import { importSubscribers, openBench } from './open-bench.ts';

/** Imports so many people into an empty database. Argument: people. */
const subscribers = Number(process.argv[2] ?? 0);
await using bench = await openBench({ port: 1, sessions: 1 });
await report(subscribers, () => importSubscribers(bench.services, subscribers));
