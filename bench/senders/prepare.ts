import { importSubscribers, openBench } from './open-bench.ts';

/**
 * Readies a database for `daybrief.ts`, in a process of its own so that this one's memory is not
 * counted: so many readers, and the sample edition approved. Arguments: home, people.
 */
const [home = '', subscribers = '0'] = process.argv.slice(2);
await using bench = await openBench({ home, port: 1, sessions: 1 });
await importSubscribers(bench.services, Number(subscribers));
await bench.services.approve('sample/2026-11-23', { expectedHash: undefined });
console.log('{}');
