import { describe, expect, test } from 'vitest';

import { createRecipientValues } from '../../../src/delivery/message/recipient-values.ts';
import { createMessageIds } from '../../../src/secrets/message-id.ts';
import { createTokens } from '../../../src/secrets/tokens.ts';
import { createVerp } from '../../../src/secrets/verp.ts';
import { morning } from '../../support/smtp/message-fixture.ts';

const secrets = ['first secret'];
const tokens = createTokens({ secrets });
const verp = createVerp({ secrets });
const now = new Date('2026-11-23T12:00:00Z');
const ada = { subscriberId: 42, address: 'ada@example.com', name: 'Ada', now };

function valuesOf(options: {
  readonly editionId?: number;
  readonly webBaseUrl?: string;
  readonly baseUrl?: string;
}) {
  const { webBaseUrl } = options;
  return createRecipientValues({
    publication: { ...morning, ...(webBaseUrl === undefined ? {} : { webBaseUrl }) },
    publicationId: 3,
    editionId: options.editionId ?? 7,
    date: '2026-11-23',
    baseUrl: options.baseUrl ?? 'https://pages.example.org',
    tokens,
    verp,
    messageIds: createMessageIds({ secrets }),
  });
}

describe("one recipient's values", () => {
  test('lead to pages that know who, what and which edition', () => {
    const { values, envelopeFrom } = valuesOf({})(ada);
    const ids = { publicationId: 3, subscriberId: 42, editionId: 7 };

    const [, unsubscribe = ''] = values.unsubscribeUrl.split('https://pages.example.org/unsubscribe/');
    const [, preferences = ''] = values.preferencesUrl.split('https://pages.example.org/preferences/');

    expect(tokens.verify('unsubscribe', unsubscribe)).toEqual(ids);
    expect(tokens.verify('preferences', preferences)).toEqual(ids);
    expect(verp.parse(envelopeFrom, now)).toEqual({ editionId: 7, subscriberId: 42 });
    expect(values).toMatchObject({ address: 'ada@example.com', name: 'Ada', date: now });
  });

  test('give every recipient the same address of the online edition', () => {
    const valuesFor = valuesOf({});

    const urls = [1, 2].map((subscriberId) => valuesFor({ ...ada, subscriberId }).values.viewOnlineUrl);

    expect(urls).toEqual(Array(2).fill('https://pages.example.org/p/morning/archive/2026-11-23'));
  });

  test.each([
    [
      "the publication's own pages",
      { webBaseUrl: 'https://morning.example.org' },
      'https://morning.example.org/p/',
    ],
    [
      'a base URL with a slash at its end',
      { baseUrl: 'https://x.example.org/a/' },
      'https://x.example.org/a/p/',
    ],
  ])('follow %s', (_, options, start) => {
    expect(valuesOf(options)(ada).values.viewOnlineUrl.startsWith(start)).toBe(true);
  });

  test('of test messages have a Message-ID for each address and each time', () => {
    const valuesFor = valuesOf({ editionId: 0 });
    const tester = { ...ada, subscriberId: 0 };

    const identifiers = [
      tester,
      { ...tester, address: 'bob@example.com' },
      { ...tester, now: new Date(now.getTime() + 1) },
    ].map((recipient) => valuesFor(recipient).values.messageId);

    expect(new Set(identifiers).size).toBe(3);
  });
});
