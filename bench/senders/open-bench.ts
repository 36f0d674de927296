import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadConfig } from '../../src/config/load-config.ts';
import { createPinoLog } from '../../src/log/pino-log.ts';
import { openServices } from '../../src/wire/open-services.ts';
import type { Services } from '../../src/wire/open-services.ts';

export interface Bench extends AsyncDisposable {
  readonly home: string;
  readonly services: Services;
}

export interface BenchOptions {
  readonly port: number;
  readonly sessions: number;
  /** A database prepared by another process, which is left there; a fresh one otherwise. */
  readonly home?: string;
  /** SQLite and the queue in the process unless set. */
  readonly servers?: { readonly databaseUrl: string; readonly redisUrl: string };
}

/** Daybrief with the sink as its relay. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'daybrief-bench-')));
  const checkout = join(import.meta.dirname, '../../');
  const env = {
    DAYBRIEF_HOME: home,
    SMTP_URL: `smtp://127.0.0.1:${options.port}?sessions=${options.sessions}&messages=1000000`,
    LOG_LEVEL: 'error',
    ...(options.servers === undefined
      ? {}
      : {
          DATABASE_URL: options.servers.databaseUrl,
          REDIS_URL: options.servers.redisUrl,
          DAYBRIEF_SECRET: 'a secret that only benches know',
        }),
  };
  const { config } = loadConfig(env, { cwd: checkout, flags: {} });
  const services = await openServices(config, createPinoLog({ level: 'error' }));
  return {
    home,
    services,
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

/** Imports so many invented readers into the sample publication. */
export async function importSubscribers(services: Services, count: number): Promise<void> {
  const subscribers = await services.subscribers();
  await subscribers.import({ publication: 'sample', source: () => subscriberRows(count) });
}

async function* subscriberRows(count: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('email,name\r\n');
  const group = 1_000;
  for (let from = 1; from <= count; from += group) {
    let rows = '';
    for (let id = from; id < Math.min(from + group, count + 1); id += 1) {
      rows += `reader${id}@example.org,Reader ${id}\r\n`;
    }
    yield Buffer.from(rows);
  }
}
