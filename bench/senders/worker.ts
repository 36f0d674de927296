import { runWorker } from '../../queue/main.ts';
import { openBench } from './open-bench.ts';

/**
 * One worker of several on PostgreSQL and Redis, until its stdin ends. Says `ready` once it works.
 * Arguments: port, sessions, home, DATABASE_URL, REDIS_URL.
 */
const [port = '', sessions = '', home = '', databaseUrl = '', redisUrl = ''] = process.argv.slice(2);
const servers = { databaseUrl, redisUrl };
await using bench = await openBench({ port: Number(port), sessions: Number(sessions), home, servers });
const stop = new AbortController();
process.stdin.on('end', () => stop.abort()).resume();
const worker = runWorker(bench.services, { signal: stop.signal });
console.log('ready');
await worker;
