import { expect, test } from 'vitest';

import { pinned } from '../../support/release/release-fixture.ts';
import { makeSignupCounters } from '../../support/release/signup-counters.ts';

test.each([pinned.older, pinned.newer])(
  'signups are counted in Redis under the names that version 0.1 gave them, under $secret',
  async ({ secret, signupCounters }) => {
    const counted = signupCounters.map(({ signup, counters }) => ({
      signup,
      counters: expect.arrayContaining(counters),
    }));

    expect(await makeSignupCounters(secret)).toEqual(counted);
  },
);
