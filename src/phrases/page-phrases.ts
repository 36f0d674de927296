import { arabic } from './arabic.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import type { Phrases } from './phrases.ts';
import { spanish } from './spanish.ts';

/** The phrases for an RFC 5646 language tag, in English where there are none. */
export function phrasesFor(language: string): Phrases {
  const [primary = 'en'] = language.toLowerCase().split('-');
  return phrases.get(primary) ?? english;
}

const phrases: ReadonlyMap<string, Phrases> = new Map(
  [english, german, french, spanish, arabic].map((one) => [one.language, one]),
);
