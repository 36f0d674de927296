import { basename, join } from 'node:path';

import type { ApiDigests, DigestText } from '../../app/api/api-service.ts';
import { composeEdition } from '../../app/editions/compose-edition.ts';
import type { ComposePorts } from '../../app/editions/examine-digest.ts';
import { lintEdition } from '../../app/editions/lint-edition.ts';
import { createDigest } from '../../content/digest-files.ts';
import { parseDigest } from '../../content/parse-digest.ts';
import { parseReference } from '../../domain/editions/edition-reference.ts';
import type { DeskWriting } from '../../editor/desk-writing.ts';
import { readVersion, writeVersion } from '../../editor/digest-file.ts';
import { AppError } from '../../errors/app-error.ts';
import type { WireBase } from '../base.ts';
import { sampleOf } from '../sample.ts';

export interface DigestActions {
  readonly composePorts: () => ComposePorts;
  readonly writing: Pick<DeskWriting, 'recordSave'>;
}

/** Builds what the API reads and writes of digests, with the protection against overwriting that the editor has. */
export function wireApiDigests(
  { config, digestSource }: WireBase,
  { composePorts, writing }: DigestActions,
): ApiDigests {
  const find = (reference: string) => digestSource.findDigest(reference, () => '');
  const read = async (reference: string): Promise<DigestText> => {
    const { path } = await find(reference);
    const { text, stamp } = await readVersion(path);
    return { file: basename(path), text, version: stamp };
  };
  const portsFor = (reference: string, text: string | undefined) =>
    text === undefined
      ? composePorts()
      : withText(composePorts(), { reference, text, folder: config.digests });
  return {
    read,
    async write(reference, { text, version }, by) {
      const { slug, date = '' } = parseReference(reference);
      if (version === undefined) {
        await createDigest(config.digests, { slug, date, text });
      } else {
        const { path } = await find(reference);
        if ((await readVersion(path)).stamp !== version) throw changed(reference);
        // Before the write, as at the desk: there is no change without its entry in the audit log.
        await writing.recordSave(reference, by);
        if ((await writeVersion(path, text, version)) === undefined) throw changed(reference);
        return read(reference);
      }
      await writing.recordSave(reference, by);
      return read(reference);
    },
    check: (reference, text) => lintEdition(reference, portsFor(reference, text)),
    async compose(reference, text) {
      const composition = await composeEdition(reference, portsFor(reference, text));
      return { composition, sample: sampleOf(composition) };
    },
  };
}

/** Reads this text in place of the Markdown file of the date; images are those beside it. */
function withText(
  ports: ComposePorts,
  { reference, text, folder }: { readonly reference: string; readonly text: string; readonly folder: string },
): ComposePorts {
  const { slug, date = '' } = parseReference(reference);
  const found = { slug, date, path: join(folder, slug, `${date}.md`), displayPath: `${reference}.md` };
  return {
    ...ports,
    digestSource: {
      ...ports.digestSource,
      findDigest: async () => found,
      readDigest: async ({ displayPath: file }) => {
        const edition = await ports.digestSource.loadPublication(slug);
        return parseDigest({ text, file, format: 'markdown', edition });
      },
    },
  };
}

function changed(reference: string): AppError {
  return new AppError('DIGEST_CHANGED', `The digest ${reference} is no longer the version that was read.`, {
    hint: 'Read it again, put your change into it, and write that.',
  });
}
