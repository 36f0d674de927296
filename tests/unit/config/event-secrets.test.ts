import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseEventSecrets } from '../../../src/config/event-secret-list.ts';
import { keysFor, makeEventSecrets, readEventSecrets } from '../../../src/config/event-secrets.ts';
import { eventSecret, otherSecret } from '../../support/store/events-fixture.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const none = { all: [], byEndpoint: new Map<string, readonly string[]>() };

test('secrets are for all endpoints or for one, several while they are replaced', () => {
  const secrets = parseEventSecrets(
    `${eventSecret}, ${otherSecret}, shop=${otherSecret},shop = ${eventSecret}`,
  );

  expect(secrets?.all).toEqual([eventSecret, otherSecret]);
  expect(secrets?.byEndpoint.get('shop')).toEqual([otherSecret, eventSecret]);
});

test.each(['whsec_', 'whsec_c2hvcnQ=', 'secret', `Shop=${eventSecret}`, `${eventSecret};${otherSecret}`])(
  '%s is no list of secrets',
  (text) => {
    expect(parseEventSecrets(text)).toBeUndefined();
  },
);

test('the file is made once, for its owner alone, and the environment comes before it', () => {
  const home = tempFolder();
  expect(readEventSecrets({ home, events: { secrets: none } }).all).toEqual([]);

  const made = makeEventSecrets({ home, events: { secrets: none } });
  const again = makeEventSecrets({ home, events: { secrets: none } });

  expect(made.all[0]).toMatch(/^whsec_[A-Za-z\d+/]{43}=$/);
  expect(again).toEqual(made);
  expect(statSync(join(home, 'events-secret')).mode & 0o777).toBe(0o600);
  expect(keysFor(made, 'shop')).toHaveLength(1);
  const configured = { all: [eventSecret], byEndpoint: new Map<string, readonly string[]>() };
  expect(readEventSecrets({ home, events: { secrets: configured } })).toBe(configured);
});

test('a file with anything else is refused, without a part of it in the message', () => {
  const home = tempFolder();
  writeFileSync(join(home, 'events-secret'), 'not a secret of ours');

  expect(() => readEventSecrets({ home, events: { secrets: none } })).toThrow('does not contain secrets');
  expect(readFileSync(join(home, 'events-secret'), 'utf8')).toBe('not a secret of ours');
});
