import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { SlottedText } from '../../../../src/domain/message/compiled-message.ts';
import { escapeSlotValue, fillSlots } from '../../../../src/domain/message/fill-slots.ts';
import { byTag, readMail, textOf } from '../../../../src/render/checks/mail-document.ts';

const values = {
  name: 'Zoë <b>"O\'Hara"</b> & Sons',
  address: 'zoe@example.org',
  unsubscribeUrl: 'https://news.example.org/u?a=1&b=2',
  preferencesUrl: 'https://news.example.org/p',
  viewOnlineUrl: 'https://news.example.org/v',
};

describe('filling a body', () => {
  test('fills each slot with its value, escaped for its context', () => {
    const html: SlottedText = [
      '<a href="',
      { slot: 'unsubscribeUrl', as: 'html' },
      '">',
      { slot: 'name', as: 'html' },
      '</a>',
    ];
    const text: SlottedText = [{ slot: 'name', as: 'text' }, ': ', { slot: 'unsubscribeUrl', as: 'text' }];

    expect(fillSlots(html, values)).toBe(
      '<a href="https://news.example.org/u?a=1&amp;b=2">Zoë &lt;b&gt;&quot;O&#39;Hara&quot;&lt;/b&gt; &amp; Sons</a>',
    );
    expect(fillSlots(text, values)).toBe('Zoë <b>"O\'Hara"</b> & Sons: https://news.example.org/u?a=1&b=2');
  });

  test('puts a separator behind a name, and nothing where there is none', () => {
    const html: SlottedText = ['To ', { slot: 'namePrefix', as: 'html' }, { slot: 'address', as: 'html' }];

    expect(fillSlots(html, { ...values, name: 'Zoë' })).toBe('To Zoë · zoe@example.org');
    expect(fillSlots(html, { ...values, name: '' })).toBe('To zoe@example.org');
  });

  test('drops controls, line ends, direction overrides and lone surrogates', () => {
    const hostile = 'a\r\nb\u0000c\u0085d\u2028e\u202ef\u2066g\ud800h\tz';

    expect(escapeSlotValue(hostile, 'text')).toBe('abcdefghz');
    expect(escapeSlotValue('👩‍🚒 ไทย', 'text')).toBe('👩‍🚒 ไทย');
  });

  test('gives a browser back exactly the value, in text and in an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const escaped = escapeSlotValue(value, 'html');
        const document = readMail(`<!doctype html><p title="${escaped}">${escaped}</p>`);

        const [paragraph] = byTag(document, 'p');
        const expected = escapeSlotValue(value, 'text');
        expect(paragraph?.attributes.get('title')).toBe(expected);
        expect(paragraph === undefined ? '' : textOf(paragraph)).toBe(expected);
      }),
    );
  });
});
