import { prepareMessage } from '../../../src/delivery/message/prepare-message.ts';
import { spliceMessage } from '../../../src/delivery/message/splice-message.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import type { RecipientValues, SlottedText } from '../../../src/domain/message/compiled-message.ts';
import { compileMessage } from '../../../src/render/compile-message.ts';
import { samplePublication } from '../content/sample-publication.ts';

export const morning: Publication = {
  ...samplePublication,
  slug: 'morning',
  name: 'Morning, Daily',
  description: 'One lead story every weekday at six.',
  from: { name: 'Morning Desk', address: 'desk@news.example.org' },
  replyTo: 'editors@news.example.org',
  testAddresses: ['desk@news.example.org'],
};

export const ada: RecipientValues = {
  address: 'ada@example.com',
  name: 'Ada Lovelace',
  date: new Date('2026-11-23T12:00:00Z'),
  messageId: '0123456789abcdef0123456789abcdef01234567@news.example.org',
  unsubscribeUrl: 'https://news.example.org/unsubscribe/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  preferencesUrl: 'https://news.example.org/preferences/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB',
  viewOnlineUrl: 'https://news.example.org/p/morning/archive/2026-11-23',
};

export const text: SlottedText = [
  'Good morning, ',
  { slot: 'name', as: 'text' },
  '.\r\n\r\n.NET is back: https://example.org/story\r\n\r\nView online: ',
  { slot: 'viewOnlineUrl', as: 'text' },
  '\r\nUnsubscribe: ',
  { slot: 'unsubscribeUrl', as: 'text' },
  '\r\nPreferences: ',
  { slot: 'preferencesUrl', as: 'text' },
  '\r\n',
];

export const html: SlottedText = [
  '<!doctype html>\r\n<html lang="en"><body><h1>Good morning, ',
  { slot: 'name', as: 'html' },
  '</h1>\r\n.NET is <a href="https://example.org/story">back</a>\r\n<a href="',
  { slot: 'viewOnlineUrl', as: 'html' },
  '">Online</a> <a href="',
  { slot: 'unsubscribeUrl', as: 'html' },
  '">Leave</a> <a href="',
  { slot: 'preferencesUrl', as: 'html' },
  '">Choose</a></body></html>\r\n',
];

/** Both fixtures' text around the slots filled with another's words, to reach the other encoding. */
export function bodyOf(words: string): SlottedText {
  return [words, { slot: 'name', as: 'text' }, words, { slot: 'unsubscribeUrl', as: 'text' }, words];
}

export interface Composition {
  readonly publication?: Partial<Publication>;
  readonly subject?: string;
  readonly text?: SlottedText;
  readonly html?: SlottedText;
  readonly values?: Partial<RecipientValues>;
}

/** The whole way from a composed edition to one recipient's bytes. */
export function compose(composition: Composition = {}): Buffer {
  const compiled = compileMessage({
    publication: { ...morning, ...composition.publication },
    date: '2026-11-23',
    subject: composition.subject ?? 'Grid operators go it alone',
    text: composition.text ?? text,
    html: composition.html ?? html,
  });
  return Buffer.concat(spliceMessage(prepareMessage(compiled), { ...ada, ...composition.values }));
}
