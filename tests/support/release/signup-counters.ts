import { Redis } from 'ioredis';

import { createSignupLimits } from '../../../src/limits/signup-limits.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';
import { RedisServer } from '../servers/redis-server.ts';

const countedSignups = [
  { canonical: 'ada@example.org', network: '192.0.2.7' },
  { canonical: 'bob@example.org', network: '2001:db8:1:2:3:4:5:6' },
];

const wide = { points: 1_000, seconds: 3_600 };
const rates = { perNetwork: wide, perAddress: wide, overall: wide };

/** Signups, each with the names of the counters in Redis that it increments under a secret, in order. */
export async function makeSignupCounters(secret: string) {
  await using server = await RedisServer.create();
  const redis = new Redis(server.url);
  try {
    await redis.ping();
    const limits = createSignupLimits(rates, { hash: createSecrets([secret]).hashCounter, redis });
    const counted = [];
    for (const signup of countedSignups) {
      await redis.flushall();
      await limits.take(signup);
      counted.push({ signup, counters: (await redis.keys('*')).toSorted() });
    }
    return counted;
  } finally {
    redis.disconnect();
  }
}
