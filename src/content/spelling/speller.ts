import type { Affix, Dictionary } from './parse-dictionary.ts';

/** Knows the words of one language. */
export interface Speller {
  isKnown(word: string): boolean;
  /** At most three known words that differ by one slip. */
  suggest(word: string): readonly string[];
}

/** Kept for the next save of the file; a word costs about 100 bytes. */
const maxRemembered = 20_000;

const maxParts = 4;
const minPart = 3;

/** Looks words up by taking their affixes off, as Hunspell does: hunspell(5). */
export function createSpeller(dictionary: Dictionary): Speller {
  const known = new Map<string, boolean>();
  const isKnown = (word: string): boolean => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const found = formsOf(word).some((form) => hasForm(form, dictionary)) || isCompound(word, dictionary);
    if (known.size >= maxRemembered) known.clear();
    known.set(word, found);
    return found;
  };
  return { isKnown, suggest: (word) => suggestFor(word, dictionary) };
}

/** The word as it is written, and as it would be written elsewhere in a sentence. */
function formsOf(word: string): readonly string[] {
  const plain = word.replaceAll('’', "'");
  const lower = plain.toLowerCase();
  const isCapitals = plain === plain.toUpperCase();
  const isTitle = plain.slice(1) === lower.slice(1);
  const title = lower.slice(0, 1).toUpperCase() + lower.slice(1);
  return [...new Set([plain, ...(isCapitals || isTitle ? [lower] : []), ...(isCapitals ? [title] : [])])];
}

function hasForm(word: string, dictionary: Dictionary): boolean {
  const { words, needAffix, onlyInCompound, forbidden } = dictionary;
  const entries = entriesOf(word, dictionary);
  if (entries.some((flags) => has(flags, forbidden))) return false;
  if (entries.some((flags) => !has(flags, needAffix) && !has(flags, onlyInCompound))) return true;
  if (words.size === 0) return false;
  return withoutSuffix(word, dictionary).some(fits(dictionary)) || hasPrefixed(word, dictionary);
}

interface Base {
  readonly word: string;
  readonly affix: Affix;
}

/** Every word that could have been changed by a suffix into this one. */
function withoutSuffix(word: string, { suffixes, maxAdded }: Dictionary): readonly Base[] {
  const bases: Base[] = [];
  // Down to 0: French "avoir" gives up all its letters for "ont".
  for (let at = word.length; at >= 0 && word.length - at <= maxAdded; at -= 1) {
    for (const affix of suffixes.get(word.slice(at)) ?? []) {
      const base = word.slice(0, at) + affix.strip;
      if (affix.condition?.test(base) !== false) bases.push({ word: base, affix });
    }
  }
  return bases;
}

function withoutPrefix(word: string, { prefixes, maxAdded }: Dictionary): readonly Base[] {
  const bases: Base[] = [];
  for (let at = 0; at < word.length && at <= maxAdded; at += 1) {
    for (const affix of prefixes.get(word.slice(0, at)) ?? []) {
      const base = affix.strip + word.slice(at);
      if (affix.condition?.test(base) !== false) bases.push({ word: base, affix });
    }
  }
  return bases;
}

/** True for a base in the dictionary that takes the affix, or that takes it after one more suffix. */
function fits(dictionary: Dictionary): (base: Base) => boolean {
  return ({ word, affix }) =>
    takes(word, [affix.flag], dictionary) ||
    withoutSuffix(word, dictionary).some(
      (inner) => inner.affix.flags.has(affix.flag) && takes(inner.word, [inner.affix.flag], dictionary),
    );
}

function hasPrefixed(word: string, dictionary: Dictionary): boolean {
  return withoutPrefix(word, dictionary).some(({ word: rest, affix: prefix }) => {
    if (takes(rest, [prefix.flag], dictionary)) return true;
    if (!prefix.crosses) return false;
    return withoutSuffix(rest, dictionary).some(
      ({ word: base, affix: suffix }) =>
        suffix.crosses &&
        (takes(base, [suffix.flag, prefix.flag], dictionary) ||
          (suffix.flags.has(prefix.flag) && takes(base, [suffix.flag], dictionary))),
    );
  });
}

function takes(word: string, flags: readonly string[], dictionary: Dictionary): boolean {
  return entriesOf(word, dictionary).some(
    (entry) => flags.every((flag) => entry.has(flag)) && !has(entry, dictionary.forbidden),
  );
}

function entriesOf(word: string, { words, readFlags }: Dictionary): readonly ReadonlySet<string>[] {
  return words.get(word)?.split(' ').map(readFlags) ?? [];
}

function has(flags: ReadonlySet<string>, flag: string | undefined): boolean {
  return flag !== undefined && flags.has(flag);
}

/**
 * True if known words and the letters that link them make up the word. It takes more than the flags of the
 * dictionary allow, because a new compound is no mistake.
 */
function isCompound(word: string, dictionary: Dictionary, parts = 1): boolean {
  if (!dictionary.hasCompounds || parts >= maxParts || word.length < 2 * minPart) return false;
  for (let cut = word.length - minPart; cut >= minPart; cut -= 1) {
    const rest = word.slice(cut);
    if (!isPart(word.slice(0, cut), dictionary)) continue;
    if (isPart(rest, dictionary) || isCompound(rest, dictionary, parts + 1)) return true;
  }
  return false;
}

function isPart(text: string, dictionary: Dictionary): boolean {
  const lower = text.toLowerCase();
  const noun = lower.slice(0, 1).toUpperCase() + lower.slice(1);
  const forms = [noun, lower, ...(noun.length > minPart + 1 ? [noun.replace(/(?:s|es|en|n)$/u, '')] : [])];
  return forms.some((form) => entriesOf(form, dictionary).length > 0 || hasForm(form, dictionary));
}

/** New compounds are not suggested: almost anything makes one. */
function suggestFor(word: string, dictionary: Dictionary): readonly string[] {
  const { letters, replacements, words, readFlags, noSuggest } = dictionary;
  const isKnown = (text: string) =>
    text.split(' ').every((part) => formsOf(part).some((form) => hasForm(form, dictionary)));
  const found = new Set<string>();
  for (const candidate of slipsOf(word, letters, replacements)) {
    if (candidate === word || !isKnown(candidate)) continue;
    const flags = words.get(candidate);
    if (flags !== undefined && has(readFlags(flags), noSuggest)) continue;
    found.add(candidate);
    if (found.size === 3) break;
  }
  return [...found];
}

/** The likely slips first: a known confusion, two letters swapped, a letter doubled or left out, a wrong one. */
function* slipsOf(
  word: string,
  letters: string,
  replacements: Dictionary['replacements'],
): Generator<string> {
  for (const [wrong, right] of replacements) {
    for (let at = word.indexOf(wrong); at !== -1; at = word.indexOf(wrong, at + 1)) {
      yield word.slice(0, at) + right + word.slice(at + wrong.length);
    }
  }
  const ends = Array.from(
    { length: word.length + 1 },
    (_, at) => [word.slice(0, at), word.slice(at)] as const,
  );
  for (const [a, b] of ends) if (b.length > 1) yield `${a}${b[1]}${b[0]}${b.slice(2)}`;
  for (const [a, b] of ends) if (b !== '') yield a + b.slice(1);
  for (const [a, b] of ends) for (const letter of letters) yield a + letter + b;
  for (const [a, b] of ends) if (b !== '') for (const letter of letters) yield a + letter + b.slice(1);
  for (const [a, b] of ends) if (a.length > 1 && b.length > 1) yield `${a} ${b}`;
}
