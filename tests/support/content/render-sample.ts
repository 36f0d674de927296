import { join } from 'node:path';

import type { RenderedEdition, RenderRequest } from '../../../src/app/ports/digests.ts';
import type { Digest, Inline, Section, Story } from '../../../src/domain/editions/digest.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { fillSlots } from '../../../src/domain/message/fill-slots.ts';
import { readMail } from '../../../src/render/checks/mail-document.ts';
import type { MailDocument } from '../../../src/render/checks/mail-document.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import type { Renderer } from '../../../src/render/renderer.ts';
import { sampleDigest } from './sample-digest.ts';
import { samplePublication } from './sample-publication.ts';

export const templatesDir = join(import.meta.dirname, '../../../templates');

const sampleValues = {
  name: 'Jo Reader',
  address: 'jo@example.com',
  unsubscribeUrl: 'https://news.example.org/u/6f1c',
  preferencesUrl: 'https://news.example.org/p/6f1c',
  viewOnlineUrl: 'https://news.example.org/v/6f1c',
};

export const sampleInput: RenderRequest = {
  digest: sampleDigest,
  publication: samplePublication,
  baseUrl: 'https://news.example.org',
  sendAt: new Date('2026-11-23T12:00:00Z'),
  images: [
    {
      src: 'images/lines.jpg',
      url: 'https://news.example.org/images/lines.jpg',
      width: 1120,
      height: 630,
    },
  ],
};

export interface RenderedSample {
  readonly edition: RenderedEdition;
  /** Both for one recipient. */
  readonly html: string;
  readonly text: string;
  readonly document: MailDocument;
}

/** The sample edition with parts of its input changed, for one recipient. */
export async function renderSample(
  changes: { readonly digest?: Partial<Digest>; readonly publication?: Partial<Publication> } & Partial<
    Pick<RenderRequest, 'baseUrl' | 'sendAt' | 'images'>
  > = {},
): Promise<RenderedSample> {
  renderer ??= createRenderer({ templatesDir });
  const edition = await (
    await renderer
  ).render({
    ...sampleInput,
    ...changes,
    digest: { ...sampleDigest, ...changes.digest },
    publication: { ...samplePublication, ...changes.publication },
  });
  const html = fillSlots(edition.html, sampleValues);
  return { edition, html, text: fillSlots(edition.text, sampleValues), document: readMail(html) };
}

let renderer: Promise<Renderer> | undefined;

export const someWhere = { line: 7, column: 1 };

/** A lead with this text as its only paragraph. */
export function storyOf(content: readonly Inline[], story: Partial<Story> = {}): Section {
  return {
    kind: 'lead',
    headline: 'A headline',
    blocks: [{ kind: 'paragraph', content, at: someWhere }],
    at: someWhere,
    ...story,
  };
}
