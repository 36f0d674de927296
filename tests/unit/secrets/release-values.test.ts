import { describe, expect, test } from 'vitest';

import { makeKeyedValues, openSecrets, recipientUrls } from '../../support/release/keyed-values.ts';
import { pinned, pinnedMail } from '../../support/release/release-fixture.ts';

const { older, newer } = pinned;
/** Id of the publication `letter`, which sent all pinned mail. */
const letterId = 2;
const rotated = openSecrets(newer.secret, older.secret);

/** Each pinned set, under every value of DAYBRIEF_SECRET that must still read it. */
const readValue = [
  { name: 'its own secret', values: older, secrets: openSecrets(older.secret) },
  { name: 'its own secret', values: newer, secrets: openSecrets(newer.secret) },
  { name: 'a newer secret before it', values: older, secrets: rotated },
  { name: 'an older secret after it', values: newer, secrets: rotated },
];

describe.each(readValue)(
  'values that version 0.1 made under $values.secret, with $name',
  ({ values, secrets }) => {
    test('accepts each lasting token for its purpose', () => {
      for (const { purpose, ids, token } of values.tokens)
        expect(secrets.tokens.verify(purpose, token)).toEqual(ids);
    });

    test('accepts each dated token for its purpose', () => {
      for (const { purpose, subject, token } of values.datedTokens)
        expect(secrets.links.read(purpose, token)).toEqual(subject);
    });

    test('reads edition and subscriber from each bounce address, for 60 days and in upper case too', () => {
      for (const { source, address } of values.bounceAddresses) {
        const { editionId, subscriberId, at } = source;
        const lastDay = new Date(Date.parse(at) + 60 * 86_400_000);
        expect(secrets.verp.parse(address, new Date(at))).toEqual({ editionId, subscriberId });
        expect(secrets.verp.parse(address.toUpperCase(), lastDay)).toEqual({ editionId, subscriberId });
      }
    });

    test('reads the time from each form stamp', () => {
      for (const { madeAt, stamp } of values.formStamps) expect(secrets.formStamps.read(stamp)).toBe(madeAt);
    });

    test('reads the tokens in the URLs of an edition', () => {
      for (const { recipient, urls } of values.recipients) {
        const { publicationId, subscriberId, editionId } = recipient;
        const ids = { publicationId, subscriberId, editionId };
        expect(secrets.tokens.verify('unsubscribe', lastSegment(urls.unsubscribeUrl))).toEqual(ids);
        expect(secrets.tokens.verify('preferences', lastSegment(urls.preferencesUrl))).toEqual(ids);
      }
    });

    test('knows the key id of suppression hashes', () => {
      expect(secrets.suppressionKeyIds).toContain(values.suppressionKeyId);
    });
  },
);

test.each([older, newer])(
  'makes the same values for the same inputs as version 0.1 under $secret',
  (values) => {
    const { signupCounters, ...expected } = values;

    const made: unknown = JSON.parse(JSON.stringify(makeKeyedValues(values.secret)));

    expect(signupCounters.length).toBeGreaterThan(0);
    expect(made).toEqual(expected);
  },
);

test('makes new values under the newest secret, but Message-IDs under the oldest', () => {
  for (const { purpose, ids, token } of newer.tokens) expect(rotated.tokens.issue(purpose, ids)).toBe(token);
  for (const { purpose, subject, token } of newer.datedTokens)
    expect(rotated.links.issue(purpose, subject)).toBe(token);
  for (const { source, address } of newer.bounceAddresses)
    expect(rotated.verp.address({ ...source, now: new Date(source.at) })).toBe(address);
  for (const { madeAt, stamp } of newer.formStamps) expect(rotated.formStamps.issue(madeAt)).toBe(stamp);
  for (const { recipient, urls } of newer.recipients) expect(recipientUrls(recipient, rotated)).toEqual(urls);
  for (const { source, messageId } of older.messageIds) expect(rotated.messageIds(source)).toBe(messageId);
  expect(rotated.suppressionKeyIds).toEqual([newer.suppressionKeyId, older.suppressionKeyId]);
});

test('rejects values of a secret that was taken out', () => {
  const alone = openSecrets(newer.secret);

  for (const { purpose, token } of older.tokens) expect(alone.tokens.verify(purpose, token)).toBeUndefined();
  for (const { purpose, token } of older.datedTokens)
    expect(alone.links.read(purpose, token)).toBeUndefined();
  for (const { source, address } of older.bounceAddresses)
    expect(alone.verp.parse(address, new Date(source.at))).toBeUndefined();
  for (const { stamp } of older.formStamps) expect(alone.formStamps.read(stamp)).toBeUndefined();
});

test('reads every token and every envelope sender of the mail that version 0.1 sent', () => {
  const at = new Date('2026-11-24T12:00Z');
  const lasting = new Set(['unsubscribe', 'preferences']);
  const found = new Set<string>();

  for (const { envelopeFrom, urls } of pinnedMail) {
    const bounce = rotated.verp.parse(envelopeFrom, at);
    expect(bounce).toBeDefined();
    for (const url of urls) {
      const [, purpose = '', token = ''] = new URL(url).pathname.split('/');
      if (purpose === 'p') continue;
      found.add(purpose);
      const subject = lasting.has(purpose)
        ? rotated.links.readLasting(purpose as 'unsubscribe', token)
        : rotated.links.read(purpose as 'confirm', token);
      expect(subject).toMatchObject({ publicationId: letterId, subscriberId: bounce?.subscriberId });
    }
  }

  expect([...found].toSorted()).toEqual(['confirm', 'manage', 'preferences', 'unsubscribe']);
});

function lastSegment(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
