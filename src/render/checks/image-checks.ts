import type { Problem } from '../../domain/editions/problem.ts';
import { byTag } from './mail-document.ts';
import type { MailDocument } from './mail-document.ts';
import { error } from './structure-checks.ts';

/** Images: each has an `alt`, is one that the digest or publication named, and can be seen. */
export function checkImages(document: MailDocument, known: ReadonlySet<string>): Problem[] {
  const images = byTag(document, 'img').flatMap((image) => {
    const src = image.attributes.get('src') ?? '';
    const problems: Problem[] = [];
    if (!image.attributes.has('alt'))
      problems.push(error('image-alt', `The image ${src} has no alt attribute.`));
    if (!known.has(src))
      problems.push(
        error('image-third-party', `The image ${src} is not one that the digest or publication named.`),
      );
    if (
      [image.attributes.get('width'), image.attributes.get('height')].some((size) =>
        /^[01](px)?$/u.test(size ?? ''),
      )
    )
      problems.push(error('image-tracking', `The image ${src} is too small to be seen: a tracking pixel.`));
    return problems;
  });
  const backgrounds = document.elements
    .filter(
      ({ attributes }) => attributes.has('background') || /url\s*\(/iu.test(attributes.get('style') ?? ''),
    )
    .slice(0, 1)
    .map(({ tag }) => error('image-third-party', `A ${tag} element loads a background image.`));
  return [...images, ...backgrounds];
}
