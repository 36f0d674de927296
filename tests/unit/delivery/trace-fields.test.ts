import { describe, expect, test } from 'vitest';

import { createTraceFields } from '../../../src/delivery/message/trace-fields.ts';
import { hookProviders } from '../../../src/domain/inbound/hook.ts';
import { createVerp } from '../../../src/secrets/verp.ts';

const now = new Date('2026-11-27T06:00:00Z');
const verp = createVerp({ secrets: ['a secret of the test'] });
const ids = { editionId: 281_474_976_710_655, subscriberId: 42 };
const from = verp.address({ ...ids, domain: 'a-very-long-name-of-a-domain.letters.example.org', now });

describe('the fields by which providers name a message', () => {
  test('are absent where no provider needs one', () => {
    expect(createTraceFields([])).toBeUndefined();
    expect(createTraceFields(['ses', 'generic'])).toBeUndefined();
  });

  test.each(hookProviders.filter((provider) => provider !== 'ses' && provider !== 'generic'))(
    'of %s is one short line with an address that names the delivery',
    (provider) => {
      const text = createTraceFields([provider])?.(from).toString() ?? '';
      const [trace = ''] = /bounce-[a-z2-7]{48}@[a-z]+/u.exec(text) ?? [];

      expect(text).toMatch(/^X-[\w-]+: [\x21-\x7e]+\r\n$/u);
      // The limit of Postmark for metadata.
      expect(trace.length).toBeLessThanOrEqual(80);
      expect(verp.parse(trace, now)).toEqual(ids);
    },
  );

  test('of several providers stand below each other', () => {
    const text = createTraceFields(['postmark', 'mailjet'])?.(from).toString() ?? '';

    expect(text.split('\r\n').map((line) => line.split(':')[0])).toEqual([
      'X-PM-Metadata-daybrief',
      'X-MJ-CustomID',
      '',
    ]);
  });

  test('with values in JSON can be parsed', () => {
    const text = createTraceFields(['sendgrid', 'mailgun', 'sparkpost'])?.(from).toString() ?? '';
    const values = text
      .trim()
      .split('\r\n')
      .map((line) => JSON.parse(line.slice(line.indexOf(':') + 1)) as unknown);

    const trace = `${from.slice(0, from.indexOf('@'))}@daybrief`;
    expect(values).toEqual([
      { unique_args: { daybrief: trace } },
      { daybrief: trace },
      { metadata: { daybrief: trace } },
    ]);
  });
});
