import { describe, expect, test } from 'vitest';

import { createMessageIds } from '../../../src/secrets/message-id.ts';

const delivery = { editionId: 7, subscriberId: 42, domain: 'news.example.org' };

describe('a Message-ID', () => {
  test('is the same for each attempt at a delivery, also after a rotation of secrets between them', () => {
    const before = createMessageIds({ secrets: ['first secret'] });
    const after = createMessageIds({ secrets: ['second secret', 'first secret'] });

    expect(after(delivery)).toBe(before(delivery));
  });

  test('differs by edition, subscriber and secret, and cannot be guessed without one', () => {
    const make = createMessageIds({ secrets: ['first secret'] });

    const identifiers = [
      make(delivery),
      make({ ...delivery, editionId: 8 }),
      make({ ...delivery, subscriberId: 43 }),
      make({ ...delivery, editionId: 74, subscriberId: 2 }),
      make({ ...delivery, distinction: 'a test' }),
      createMessageIds({ secrets: ['another secret'] })(delivery),
    ];

    expect(new Set(identifiers).size).toBe(identifiers.length);
    for (const identifier of identifiers) expect(identifier).toMatch(/^[0-9a-f]{40}@news\.example\.org$/);
  });

  test('needs a secret', () => {
    expect(() => createMessageIds({ secrets: [] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_SECRET_UNUSABLE' }),
    );
  });
});
