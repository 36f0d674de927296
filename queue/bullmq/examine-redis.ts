import { isLoopback } from '../../src/domain/sending/relay.ts';
import { field, withRedis } from './check-redis.ts';

export interface RedisFacts {
  /** How it is set up, as a sentence. */
  readonly text: string;
  /** What endangers it although it answers. */
  readonly trouble?: string;
  readonly fix?: string;
  /** How far this machine's clock is ahead of a Redis on another machine, in milliseconds. */
  readonly clockAheadMs?: number;
}

/** Share of `maxmemory` that is worth a warning: at all of it, Redis refuses writes. */
const fullShare = 0.9;

/**
 * Makes sure that a Redis can carry the queue, as `checkRedis` does, and says how it keeps its data.
 *
 * @throws AppError QUEUE_UNAVAILABLE
 */
export async function examineRedis(url: string): Promise<RedisFacts> {
  return withRedis(url, async (client, info) => {
    const sentAt = Date.now();
    const [seconds = 0, micros = 0] = (await client.time()).map(Number);
    const ours = (sentAt + Date.now()) / 2;
    const { host, hostname } = new URL(url);
    const clock = isLoopback(hostname.replace(/^\[|\]$/gu, ''))
      ? {}
      : { clockAheadMs: ours - (seconds * 1000 + micros / 1000) };
    return { text: describe(host, info), ...clock, ...findTrouble(host, info) };
  });
}

function describe(host: string, info: string): string {
  const keeps =
    field(info, 'aof_enabled') === '1' ? 'writes an append-only file' : 'keeps no append-only file';
  return `The Redis at ${host} answers, evicts nothing and ${keeps}, which the queue does not need.`;
}

function findTrouble(host: string, info: string): { readonly trouble?: string; readonly fix?: string } {
  if (field(info, 'rdb_last_bgsave_status') === 'err' || field(info, 'aof_last_write_status') === 'err') {
    return {
      trouble: `The Redis at ${host} could not write its data to disk, and refuses writes until it can.`,
      fix: 'Make room on its disk and look into its log; workers go on by the database meanwhile.',
    };
  }
  const [max, used] = ['maxmemory', 'used_memory'].map((name) => Number(field(info, name) ?? 0));
  if (max !== undefined && used !== undefined && max > 0 && used > max * fullShare) {
    return {
      trouble: `The Redis at ${host} has used ${Math.round((100 * used) / max)} % of its maxmemory, and refuses writes when it is full.`,
      fix: 'Raise maxmemory in redis.conf, or give the queue a Redis of its own.',
    };
  }
  return {};
}
