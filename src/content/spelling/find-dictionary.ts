import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { parseDictionary } from './parse-dictionary.ts';
import { createSpeller } from './speller.ts';
import type { Speller } from './speller.ts';

/** Dictionaries of the system: Debian's packages `hunspell-ar` and the like. */
const systemFolder = '/usr/share/hunspell';

/** English of these regions is spelled as in Britain. */
const british = /^en-(?:au|gb|ie|in|nz|uk|za)$/u;

const spellers = new Map<string, Promise<Speller | undefined>>();

/**
 * Returns the speller of a language from the npm package `dictionary-<tag>` (in the project or beside Daybrief) or
 * from the system's Hunspell dictionaries; undefined if there is none. Read on first use, then kept.
 *
 * @param language BCP 47 tag: `en-GB` is looked for before `en`
 */
export async function findSpeller(language: string): Promise<Speller | undefined> {
  const known = spellers.get(language);
  if (known !== undefined) return known;
  const opening = open(language);
  spellers.set(language, opening);
  return opening;
}

async function open(language: string): Promise<Speller | undefined> {
  for (const base of basesOf(language)) {
    const [aff, dic] = await Promise.all([readOrNothing(`${base}.aff`), readOrNothing(`${base}.dic`)]);
    if (aff === undefined || dic === undefined) continue;
    const encoding = /^SET\s+(\S+)/mu.exec(aff.toString('latin1'))?.[1] ?? 'utf-8';
    const decoder = new TextDecoder(encoding.replace(/^ISO8859-/iu, 'iso-8859-'));
    return createSpeller(parseDictionary(decoder.decode(aff), decoder.decode(dic)));
  }
  return undefined;
}

/** Paths without their extension, the most exact first. */
function* basesOf(language: string): Generator<string> {
  const [primary = '', region] = language.split('-');
  const exact = british.test(language.toLowerCase()) ? 'en-gb' : language.toLowerCase();
  for (const tag of new Set([exact, primary.toLowerCase()])) {
    for (const from of [pathToFileURL(join(process.cwd(), 'package.json')).href, import.meta.url]) {
      try {
        yield join(dirname(createRequire(from).resolve(`dictionary-${tag}`)), 'index');
      } catch {
        // It is not installed there.
      }
    }
  }
  for (const part of [region, primary]) {
    if (part !== undefined) yield join(systemFolder, `${primary}_${part.toUpperCase()}`);
  }
  yield join(systemFolder, primary);
}

async function readOrNothing(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}
