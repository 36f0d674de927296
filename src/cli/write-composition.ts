import { join } from 'node:path';

import type { Composition } from '../app/editions/compose-edition.ts';
import type { SampleMessage } from '../app/ports/digests.ts';
import { printableJson } from './output/printable.ts';
import { writeFiles } from './output/write-files.ts';

/** Content of `report.json`. */
export interface CompositionReport {
  readonly publication: string;
  readonly date: string;
  readonly subject: string;
  readonly words: number;
  readonly readingMinutes: number;
  /** Size in octets of the largest message any recipient gets. */
  readonly heaviestBytes: number;
  readonly contentHash: string;
  readonly problems: Composition['problems'];
}

/**
 * Writes edition.html, edition.txt, edition.eml, report.json and the images to
 * `<out>/<publication>/<date>`, all of them or none.
 */
export async function writeComposition(
  composition: Composition,
  sample: SampleMessage,
  options: { readonly out: string },
): Promise<{ readonly folder: string; readonly report: CompositionReport }> {
  const { rendered, contentHash, problems, found, digest } = composition;
  const folder = join(options.out, found.slug, digest.date);
  const report = {
    publication: found.slug,
    date: digest.date,
    subject: rendered.subject,
    words: rendered.words,
    readingMinutes: rendered.readingMinutes,
    heaviestBytes: sample.heaviestBytes,
    contentHash,
    problems,
  };
  await writeFiles(folder, {
    ...withImages(composition, sample.html),
    'edition.txt': sample.text,
    'edition.eml': sample.eml,
    'report.json': `${printableJson(report, 2)}\n`,
  });
  return { folder, report };
}

/** Writes the images next to the page and links them relatively, so that a browser shows them from disk. */
function withImages(composition: Composition, html: string): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = {};
  let page = html;
  for (const image of composition.images) {
    const name = image.url.slice(composition.baseUrl.length + 1);
    page = page.replaceAll(image.url, name);
    files[name] = image.bytes;
  }
  return { ...files, 'edition.html': page };
}
