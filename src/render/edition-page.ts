import type { RenderRequest } from '../app/ports/digests.ts';
import { digestBlocks } from '../domain/editions/digest-parts.ts';
import type { Image } from '../domain/editions/digest.ts';
import type { EditionPage } from '../domain/editions/edition-page.ts';
import type { SlotMarks } from './slot-marks.ts';
import type { Template } from './template/load-templates.ts';
import { tidyHtml, tidyText } from './tidy.ts';
import { clean } from './view/clean.ts';
import { editionView } from './view/edition-view.ts';
import type { CountText } from './view/edition-view.ts';
import { imageFinder } from './view/image-finder.ts';

/**
 * The digest as the web shows it, from the page templates beside those of the mail. Times are absolute,
 * because a page is read years later.
 *
 * @throws AppError TEMPLATE_INVALID if a page template names a value that is meant for one recipient
 */
export function editionPage(
  input: RenderRequest,
  {
    template,
    ...parts
  }: { readonly template: Template; readonly slots: SlotMarks; readonly count: CountText },
): EditionPage {
  const { slots: _, ...view } = editionView(input, {
    ...parts,
    times: 'absolute',
    template: template.options,
  }).view;
  const image = previewImage(input);
  return {
    version: 1,
    subject: view.title,
    preheader: view.preheader,
    count: view.count,
    byline: view.byline,
    html: tidyHtml(template.page.html(view)),
    text: tidyText(template.page.text(view)),
    style: template.page.style(view),
    ...(image === undefined ? {} : { image }),
    imageOrigins: remoteOrigins(input),
  };
}

/** The first image that is no sponsor's: a preview shows what the edition is about. */
function previewImage({ digest, images }: RenderRequest): EditionPage['image'] {
  const sections = digest.sections.filter(({ kind }) => kind !== 'sponsor');
  const first = digestBlocks({ ...digest, sections }).find((block) => block.kind === 'image');
  const found = first && imageFinder(images).find(first);
  return found && { ...found, alt: clean(first.alt) };
}

function remoteOrigins({ digest, images, baseUrl }: RenderRequest): string[] {
  const finder = imageFinder(images);
  const imageBlocks = digestBlocks(digest).filter((block): block is Image => block.kind === 'image');
  const origins = imageBlocks.map((image) => originOf(finder.find(image)?.url ?? ''));
  return [...new Set(origins)].filter((origin) => origin !== '' && origin !== originOf(baseUrl)).toSorted();
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? '';
}
