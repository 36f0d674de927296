import { join } from 'node:path';

import type { Digest } from '../../domain/editions/digest.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { findSpeller } from './find-dictionary.ts';
import { lintSpelling } from './lint-spelling.ts';
import type { Speller } from './speller.ts';
import { readWordList, toWords } from './word-list.ts';

/** Checks the spelling of a digest, if there is a dictionary of its language. */
export async function checkSpelling({
  digest,
  publication,
  dir,
  file,
}: {
  readonly digest: Digest;
  readonly publication: Pick<Publication, 'language' | 'checks' | 'name'>;
  /** Folder of the publication. */
  readonly dir: string;
  /** Path as the user would type it. */
  readonly file: string;
}): Promise<readonly Problem[]> {
  const { language, checks, name } = publication;
  if (checks.spelling === 'off' && checks['spelling-name'] === 'off') return [];
  const speller = await findSpeller(language);
  if (speller === undefined) return [];
  const words = new Set([...(await readWordList(join(dir, 'words.txt'))), ...toWords([name])]);
  const problems = lintSpelling({ digest, speller, words, file });
  if (problems.length === 0 || language.toLowerCase() !== 'en') return problems;
  // English without a region is that of all regions: "grey" is as good as "gray".
  const britain = await findSpeller('en-GB');
  if (britain === undefined) return problems;
  const either: Speller = {
    isKnown: (word) => speller.isKnown(word) || britain.isKnown(word),
    suggest: (word) => speller.suggest(word),
  };
  return lintSpelling({ digest, speller: either, words, file });
}
