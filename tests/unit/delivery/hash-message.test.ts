import { expect, test } from 'vitest';

import { hashMessage } from '../../../src/delivery/message/hash-message.ts';
import type { BodySlot, CompiledMessage, SlottedText } from '../../../src/domain/message/compiled-message.ts';
import { compileMessage } from '../../../src/render/compile-message.ts';
import { html, morning, text } from '../../support/smtp/message-fixture.ts';

const source = { publication: morning, date: '2026-11-23', subject: 'Subject', html, text };
const compiled = compileMessage(source);
const origin = { publication: morning, baseUrl: 'https://news.example.org' };
const hash = (message: CompiledMessage) => hashMessage(message, origin);

test('the content hash survives a way through JSON in any order of keys', () => {
  const reordered: CompiledMessage = {
    parts: compiled.parts.map(({ run, encoding }) => ({ run, encoding })) as CompiledMessage['parts'],
    version: 1,
  };

  expect(hash(compiled)).toMatch(/^[0-9a-f]{64}$/);
  expect(hash(JSON.parse(JSON.stringify(compiled)) as CompiledMessage)).toBe(hash(compiled));
  expect(hash(reordered)).toBe(hash(compiled));
});

function withSlots(run: SlottedText, replace: (slot: BodySlot) => SlottedText[number]): SlottedText {
  return run.map((part) => (typeof part === 'string' ? part : replace(part)));
}

test.each([
  ['a subject', { subject: 'Subject.' }],
  ['a text', { text: text.concat('.') }],
  ['how a slot is escaped', { html: withSlots(html, ({ slot }) => ({ slot, as: 'text' })) }],
  ['which slot stands there', { text: withSlots(text, ({ as }) => ({ slot: 'name', as })) }],
  ['a text that looks like a slot', { text: withSlots(text, (slot) => JSON.stringify(slot)) }],
])('the content hash differs by %s', (_, change) => {
  expect(hash(compileMessage({ ...source, ...change }))).not.toBe(hash(compiled));
});

test.each([
  ['where links lead', { baseUrl: 'https://evil.example.org' }],
  [
    'where this publication has its links lead',
    { publication: { ...morning, webBaseUrl: 'https://evil.example.org' } },
  ],
  ['where bounces go', { publication: { ...morning, bounceDomain: 'evil.example.org' } }],
  ['the publication they belong to', { publication: { ...morning, slug: 'evening' } }],
])('the content hash differs by %s', (_, change) => {
  expect(hashMessage(compiled, { ...origin, ...change })).not.toBe(hash(compiled));
});
