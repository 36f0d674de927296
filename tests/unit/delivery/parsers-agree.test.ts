import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fillSlots } from '../../../src/domain/message/fill-slots.ts';
import { addressText, hostileText, printableText } from '../../support/content/text-arbitraries.ts';
import { ada, bodyOf, compose, html, text } from '../../support/smtp/message-fixture.ts';
import { plainLines, readWithMailparser, readWithPostalMime } from '../../support/smtp/read-message.ts';

const parsers = [
  ['mailparser', readWithMailparser],
  ['postal-mime', readWithPostalMime],
] as const;

test.each(parsers)(
  'M6: %s reads back names, subjects and addresses as they were written',
  async (_, read) => {
    await fc.assert(
      fc.asyncProperty(
        printableText,
        printableText,
        printableText,
        addressText,
        async (name, subject, from, address) => {
          const publication = { from: { name: from, address: 'desk@news.example.org' } };
          const values = { name, address };

          const reading = await read(compose({ subject, publication, values }));

          expect(reading).toEqual({
            from: publication.from,
            to: [values],
            subject,
            text: plainLines(fillSlots(text, { ...ada, ...values })),
            html: plainLines(fillSlots(html, { ...ada, ...values })),
          });
        },
      ),
      { numRuns: 150 },
    );
  },
);

test.each(parsers)('M6: %s reads back bodies in base64', async (_, read) => {
  const words = 'Доброе утро. <b>Штормы</b> рано. ☔\r\n'.repeat(40);
  const run = bodyOf(words);

  const reading = await read(compose({ text: run, html: run, values: { name: 'Хан Соло' } }));

  expect(reading.text).toBe(plainLines(fillSlots(run, { ...ada, name: 'Хан Соло' })));
  expect(reading.html).toBe(reading.text);
});

test.each(parsers)('M6: %s reads an address without a name as that', async (_, read) => {
  const { to } = await read(compose({ values: { name: '' } }));

  expect(to).toEqual([{ name: '', address: 'ada@example.com' }]);
});

test('M6: both parsers read the same from hostile texts, and only one recipient', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, async (name, subject) => {
      const message = compose({ subject: `x${subject}`, values: { name } });

      const [one, other] = await Promise.all([readWithMailparser(message), readWithPostalMime(message)]);

      expect(one).toEqual(other);
      expect(one.to.map(({ address }) => address)).toEqual(['ada@example.com']);
      expect(one.from.address).toBe('desk@news.example.org');
    }),
    { numRuns: 150 },
  );
});
