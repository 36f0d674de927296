import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { textWidth, wrapText } from '../../../src/render/wrap-text.ts';

describe('wrapping plain text', () => {
  test('breaks at spaces and hangs further lines below the first', () => {
    const text =
      'Nobody can promise the lights stay on when crews are sent out by a forecast that is already old.';

    expect(wrapText(text, { first: '- ', rest: '  ' })).toBe(
      '- Nobody can promise the lights stay on when crews are sent out by a\n  forecast that is already old.',
    );
    expect(wrapText(text, { first: '> ' })).toMatch(/^> .*\n> .*$/u);
  });

  test('never breaks an address', () => {
    const url = `https://example.org/${'a'.repeat(200)}`;

    expect(wrapText(`See ${url} for more`)).toBe(`See\n${url}\nfor more`);
  });

  test('keeps line ends and empty text', () => {
    expect(wrapText('one\ntwo')).toBe('one\ntwo');
    expect(wrapText('')).toBe('');
  });

  test('keeps every word in its order and no line too long', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })), (parts) => {
        const given = parts
          .join(' ')
          .split(/[ \n]+/u)
          .filter((word) => word !== '');
        const wrapped = wrapText(given.join(' '), { first: '1. ', rest: '   ' });

        const lines = wrapped.split('\n');
        expect(
          wrapped
            .slice(3)
            .split(/[ \n]+/u)
            .filter((word) => word !== ''),
        ).toEqual(given);
        for (const line of lines) {
          const alone = line.trim().split(' ').length <= 2;
          expect(alone || [...line].length <= textWidth).toBe(true);
        }
      }),
    );
  });
});
