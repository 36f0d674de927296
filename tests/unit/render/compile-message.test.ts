import { describe, expect, test } from 'vitest';

import type { SlottedText } from '../../../src/domain/message/compiled-message.ts';
import { compileMessage } from '../../../src/render/compile-message.ts';
import { html, morning, text } from '../../support/smtp/message-fixture.ts';

const source = { publication: morning, date: '2026-11-23', subject: 'Grid operators', html, text };

describe('compiling an edition', () => {
  test('gives the same message for the same source, whenever it runs', () => {
    expect(compileMessage(structuredClone(source))).toEqual(compileMessage(source));
  });

  test('gives another boundary for another content', () => {
    const other = compileMessage({ ...source, text: [...text, 'more'] });

    expect(JSON.stringify(other.parts[0])).not.toBe(JSON.stringify(compileMessage(source).parts[0]));
  });

  test('keeps the header block to itself: the first part, with the slots that stand in it', () => {
    const [header] = compileMessage(source).parts;

    const slots = header?.run.flatMap((part) => (typeof part === 'string' ? [] : [part.slot]));
    const last = header?.run.at(-1);

    expect(slots).toEqual(['to', 'date', 'messageId', 'listUnsubscribe']);
    expect(typeof last === 'string' && last.endsWith('"\r\n\r\n')).toBe(true);
  });

  test('does not depend on how the renderer cut the static text', () => {
    const cut: SlottedText = text.flatMap((part): SlottedText =>
      typeof part === 'string' ? part.split(/(?<=[ .])|$/) : [part],
    );

    expect(cut.length).toBeGreaterThan(text.length);
    expect(compileMessage({ ...source, text: cut })).toEqual(compileMessage(source));
  });

  test.each([
    ['an empty subject', { subject: '' }, /subject is empty/],
    ['a subject of controls alone', { subject: '\r\n\0\u2028\u202E' }, /subject is empty/],
    ['an empty plain text', { text: [] }, /plain text part .* empty/],
    [
      'HTML of blanks and slots alone',
      { html: [' \r\n', { slot: 'name', as: 'html' }] },
      /HTML part .* empty/,
    ],
    ['a subject of a megabyte', { subject: 'word '.repeat(200_000) }, /12,288 are allowed/],
  ] as const)('refuses %s', (_, change, message) => {
    const compiling = () => compileMessage({ ...source, ...change });

    expect(compiling).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
    expect(compiling).toThrow(message);
  });
});
