/** In characters (code points). */
const maxNameLength = 100;
/** Longer texts are cut before they are looked at, so that hostile input costs nothing. */
const maxTextLength = 2_000;

/**
 * Returns a subscriber's name as it is stored: NFC, one line, blanks collapsed, without control, direction-changing
 * and other invisible characters but the two joiners, which some scripts and emoji need; at most 100
 * characters. Idempotent.
 */
export function cleanName(text: string): string {
  if (text.length <= maxNameLength && plainName.test(text)) return text;
  const line = text
    .slice(0, maxTextLength)
    .normalize('NFC')
    .replaceAll(/[\s\p{Z}]+/gu, ' ')
    .replaceAll(unwanted, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= maxNameLength ? line : characters.slice(0, maxNameLength).join('').trim();
}

/** Words of ASCII and Latin letters between single blanks: nothing to clean, and all of it is NFC. */
const plainName = /^[!-~\u00c0-\u017f]+(?: [!-~\u00c0-\u017f]+)*$/u;

/** Joiners and the marks that choose a glyph are kept; unpaired surrogates, which UTF-8 cannot encode, are not. */
const unwanted = /(?![\u200c\u200d\p{M}])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
