import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { DigestSource, RenderRequest, TemplateFindings } from '../ports/digests.ts';
import { sendTime } from '../schedule/zones.ts';

export interface LintPorts {
  /** Where the samples are. */
  readonly samples: DigestSource;
  readonly check: (request: RenderRequest) => Promise<TemplateFindings>;
}

/** One sample as a template renders it. */
export interface LintedSample {
  /** `harbor/2026-11-25`, and how it was changed: "right to left". */
  readonly edition: string;
  /** Octets of the HTML for the heaviest recipient. */
  readonly htmlBytes: number;
  readonly problems: readonly Problem[];
}

/** The sample digests of the package: together they have every kind of section and block. */
export const sampleEditions = ['sample/2026-11-23', 'sample/2026-11-24', 'harbor/2026-11-25'] as const;

/** What a publication may be besides: parts of a template that the samples as they are do not reach. */
const variants: readonly { readonly name: string; readonly changes: Partial<Publication> }[] = [
  { name: '', changes: {} },
  { name: ', right to left, off the web', changes: { language: 'ar', direction: 'rtl', archive: false } },
];

const baseUrl = 'https://news.example.org';

/**
 * Renders every sample with a template and collects what is wrong.
 *
 * @throws AppError TEMPLATE_INVALID for a template that cannot render one
 */
export async function lintTemplate({ samples, check }: LintPorts): Promise<readonly LintedSample[]> {
  const linted: LintedSample[] = [];
  for (const reference of sampleEditions) {
    const found = await samples.findDigest(reference, () => '');
    const publication = await samples.loadPublication(found.slug);
    const { digest } = await samples.readDigest(found);
    if (digest === undefined) throw new TypeError(`The sample ${reference} has mistakes.`);
    const { images } = await samples.loadImages(digest, publication, found);
    const request = {
      digest,
      baseUrl,
      sendAt: sendTime(digest.date, publication),
      images: images.map(({ src, width, height }) => ({ src, width, height, url: `${baseUrl}/${src}` })),
    };
    for (const { name, changes } of variants) {
      const findings = await check({ ...request, publication: { ...publication, ...changes } });
      linted.push({ edition: `${reference}${name}`, ...findings });
    }
  }
  return linted;
}
