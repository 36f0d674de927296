import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stringify } from 'yaml';
import type { z } from 'zod';

import type { NewPublication, PublicationAnswers } from '../../app/ports/publications.ts';
import { isSlug } from '../../domain/editions/slug.ts';
import { AppError } from '../../errors/app-error.ts';
import { textField } from '../digest-fields.ts';
import { displayPath } from '../display-path.ts';
import { quoteFound } from '../report/quote-words.ts';
import { writeFirstDigest } from './first-digest.ts';
import { addressField, clockField, languageField, linesField, timeZoneField } from './publication-fields.ts';

const fields: Readonly<Record<keyof PublicationAnswers, z.ZodType<string>>> = {
  name: textField(100, { title: 'Name', description: 'Name of the newsletter.' }),
  language: languageField,
  from: addressField,
  postalAddress: linesField,
  timeZone: timeZoneField,
  sendAt: clockField,
};

const names: Readonly<Record<keyof PublicationAnswers, string>> = {
  name: 'name',
  language: 'language',
  from: 'From address',
  postalAddress: 'postal address',
  timeZone: 'time zone',
  sendAt: 'send time',
};

/** Returns what is wrong with an answer, as a sentence, or undefined. */
export function checkAnswer(key: keyof PublicationAnswers, answer: string): string | undefined {
  const parsed = fields[key].safeParse(answer);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  const hint = issue?.code === 'custom' ? issue.params?.['hint'] : undefined;
  const sentence = `This ${issue?.message ?? 'is not understood'}.`;
  return typeof hint === 'string' ? `${sentence} ${hint}` : sentence;
}

/**
 * Makes the folder of a new publication: publication.yaml, and the digest of its first day.
 *
 * @param answers as `readAnswers` returns them
 * @throws AppError USAGE_INVALID, PUBLICATION_EXISTS, FILE_UNWRITABLE
 */
export async function createPublication(
  digestsDir: string,
  { slug, date, answers }: NewPublication,
): Promise<readonly string[]> {
  refuseSlug(slug);
  const folder = join(digestsDir, slug);
  const shown = displayPath(folder);
  const files = {
    [join(folder, 'publication.yaml')]: publicationText(answers),
    [join(folder, `${date}.md`)]: writeFirstDigest(date, answers),
  };
  let isOurs = false;
  try {
    await mkdir(digestsDir, { recursive: true });
    isOurs = (await mkdir(folder, { recursive: true })) !== undefined;
    // An empty folder may have been made for this.
    if (!isOurs && (await readdir(folder)).length > 0) throw exists(slug, shown);
    for (const [path, text] of Object.entries(files)) await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    if (isOurs) await rm(folder, { recursive: true, force: true });
    if (cause instanceof AppError) throw cause;
    throw new AppError('FILE_UNWRITABLE', `${shown} cannot be written: ${(cause as Error).message}.`, {
      hint: 'Check that the folder may be written to and that the disk is not full.',
      cause,
    });
  }
  return Object.keys(files).map(displayPath);
}

/**
 * Returns the answers as publication.yaml is read: trimmed, and the language tag in its canonical form.
 *
 * @throws AppError USAGE_INVALID with every mistake in its details
 */
export function readAnswers(typed: PublicationAnswers): PublicationAnswers {
  const keys = Object.keys(fields) as (keyof PublicationAnswers)[];
  const details = keys.flatMap((key) => {
    const mistake = checkAnswer(key, typed[key]);
    return mistake === undefined ? [] : [`${names[key]}: ${mistake}`];
  });
  if (details.length > 0) {
    throw new AppError('USAGE_INVALID', 'The publication cannot be made from these answers.', { details });
  }
  const read = Object.fromEntries(keys.map((key) => [key, fields[key].parse(typed[key])]));
  return { ...typed, ...read };
}

function refuseSlug(slug: string): void {
  if (isSlug(slug)) return;
  throw new AppError('USAGE_INVALID', `${quoteFound(slug)} cannot be the folder of a publication.`, {
    hint: 'Name it with lower-case letters, digits and hyphens: daybrief init morning.',
  });
}

function exists(slug: string, folder: string): AppError {
  return new AppError('PUBLICATION_EXISTS', `There is a folder for ${slug} already: ${folder}.`, {
    hint: 'Choose another name: daybrief init <folder>. Nothing was changed.',
  });
}

function publicationText({
  name,
  language,
  from,
  postalAddress,
  timeZone,
  sendAt,
}: PublicationAnswers): string {
  const text = (value: unknown) => stringify(value, { lineWidth: 0 });
  return [
    text({ name, from: { name, address: from }, language, 'postal-address': `${postalAddress}\n` }),
    `${text({ 'time-zone': timeZone })}send-at: "${sendAt}"\n`,
    'days: [mon, tue, wed, thu, fri]\n',
    '# docs/publication.md of Daybrief has every key: brand, template, deadline, feeds, checks, approvals.\n',
  ].join('');
}
