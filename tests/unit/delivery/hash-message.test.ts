import { expect, test } from 'vitest';

import type { BodySlot, CompiledMessage, Run } from '../../../src/domain/compiled-message.ts';
import { hashMessage } from '../../../src/delivery/hash-message.ts';
import { compileMessage } from '../../../src/render/compile-message.ts';
import { html, morning, text } from '../../support/message-fixture.ts';

const source = { publication: morning, date: '2026-11-23', subject: 'Subject', html, text };
const compiled = compileMessage(source);

test('the content hash survives a way through JSON in any order of keys', () => {
  const reordered: CompiledMessage = {
    parts: compiled.parts.map(({ run, encoding }) => ({ run, encoding })) as CompiledMessage['parts'],
    version: 1,
  };

  expect(hashMessage(compiled)).toMatch(/^[0-9a-f]{64}$/);
  expect(hashMessage(JSON.parse(JSON.stringify(compiled)) as CompiledMessage)).toBe(hashMessage(compiled));
  expect(hashMessage(reordered)).toBe(hashMessage(compiled));
});

function withSlots(run: Run, replace: (slot: BodySlot) => Run[number]): Run {
  return run.map((part) => (typeof part === 'string' ? part : replace(part)));
}

test.each([
  ['a subject', { subject: 'Subject.' }],
  ['a text', { text: text.concat('.') }],
  ['how a slot is escaped', { html: withSlots(html, ({ slot }) => ({ slot, as: 'text' })) }],
  ['which slot stands there', { text: withSlots(text, ({ as }) => ({ slot: 'name', as })) }],
  ['a text that looks like a slot', { text: withSlots(text, (slot) => JSON.stringify(slot)) }],
])('the content hash differs by %s', (_, change) => {
  expect(hashMessage(compileMessage({ ...source, ...change }))).not.toBe(hashMessage(compiled));
});
