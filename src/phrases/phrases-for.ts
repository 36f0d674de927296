import { arabic } from './arabic.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import { italian } from './italian.ts';
import type { Phrases } from './phrases.ts';
import { spanish } from './spanish.ts';

/** A new language is a file of its own and one name here. */
export const languages: readonly Phrases[] = [english, german, french, spanish, italian, arabic];

/** Returns the phrases for an RFC 5646 language tag; English if its primary language is not listed. */
export function phrasesFor(language: string): Phrases {
  const primary = language.toLowerCase().split('-')[0];
  return languages.find((phrases) => phrases.language === primary) ?? english;
}
