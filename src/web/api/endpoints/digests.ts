import { z } from 'zod';

import type { ErrorCode } from '../../../errors/catalogue.ts';
import { endpoint } from '../endpoint.ts';
import type { ApiCall } from '../endpoint.ts';
import { readFile } from '../read-body.ts';
import { count, ofEdition, ofPublication } from '../schemas/common.ts';
import { digestProblemSchema, toDigestProblem } from '../schemas/digest-problem.ts';

/** Octets of a digest file at most, and what JSON makes of them. */
const maxTextLength = 65_536;
const maxBytes = 6 * maxTextLength;

const text = z.string().max(maxTextLength).describe('The digest in Markdown.');
const optionalText = z.strictObject({
  text: text
    .optional()
    .describe('A digest in Markdown, which is not stored; the stored digest unless given.'),
});

const digestSchema = z
  .strictObject({
    file: z.string(),
    text: z.string(),
    version: z.string().describe('SHA-256 of the file. Writing needs the version that was read.'),
  })
  .meta({ id: 'Digest' });

type OfDigest = ApiCall<{ readonly slug: string; readonly date: string }>;
const referenceOf = ({ params: { slug, date } }: Pick<OfDigest, 'params'>) => `${slug}/${date}`;

const path = '/publications/{slug}/digests/{date}';
const files: readonly ErrorCode[] = ['DIGEST_NOT_FOUND', 'PUBLICATION_INVALID'];

const read = endpoint({
  id: 'getDigest',
  tag: 'digests',
  method: 'GET',
  path,
  scope: 'write',
  reach: 'this',
  summary: 'Reads the digest of a date.',
  params: ofEdition,
  answer: digestSchema,
  refusals: files,
  handle: (call) => call.web.services.api.digests.read(referenceOf(call)),
});

const write = endpoint({
  id: 'putDigest',
  tag: 'digests',
  method: 'PUT',
  path,
  scope: 'write',
  reach: 'this',
  summary: 'Writes the digest of a date, unless another person has changed it since it was read.',
  description:
    'An approved edition stays as it was approved. A digest with mistakes is written too: `validate` finds them.',
  params: ofEdition,
  maxBytes,
  body: z.strictObject({
    text,
    version: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .describe('The version that was read; null for the first digest of a date.'),
  }),
  answer: digestSchema,
  refusals: [...files, 'DIGEST_CHANGED', 'DIGEST_EXISTS', 'FILE_UNWRITABLE'],
  handle: (call) => {
    const { text: content, version } = call.body;
    const options = { text: content, version: version ?? undefined };
    return call.web.services.api.digests.write(referenceOf(call), options, call.by);
  },
});

const validate = endpoint({
  id: 'validateDigest',
  tag: 'digests',
  method: 'POST',
  path: `${path}/validate`,
  scope: 'write',
  reach: 'this',
  isReading: true,
  summary: 'Checks a digest as `daybrief lint` does, and stores nothing.',
  params: ofEdition,
  maxBytes,
  body: optionalText,
  answer: z
    .strictObject({
      isValid: z.boolean().describe('No problem is an error: it could be approved.'),
      problems: z.array(digestProblemSchema).readonly(),
      words: count.nullable().describe('Null if the text could not be read at all.'),
    })
    .meta({ id: 'DigestCheck' }),
  refusals: files,
  handle: async (call) => {
    const { problems, brevity } = await call.web.services.api.digests.check(
      referenceOf(call),
      call.body.text,
    );
    return {
      isValid: !problems.some(({ severity }) => severity === 'error'),
      problems: problems.map(toDigestProblem),
      words: brevity?.words ?? null,
    };
  },
});

const compose = endpoint({
  id: 'composeDigest',
  tag: 'digests',
  method: 'POST',
  path: `${path}/compose`,
  scope: 'write',
  reach: 'this',
  isReading: true,
  summary: 'Composes the edition as it would be approved now, with its content hash; stores nothing.',
  params: ofEdition,
  maxBytes,
  body: optionalText,
  answer: z
    .strictObject({
      contentHash: z.string().describe('What `approve` asks for. SHA-256, hexadecimal.'),
      subject: z.string(),
      preheader: z.string(),
      words: count,
      heaviestBytes: count.describe('Octets of the whole message for the heaviest recipient.'),
      html: z.string().describe('As a sample recipient gets it.'),
      text: z.string(),
      problems: z.array(digestProblemSchema).readonly().describe('Warnings.'),
    })
    .meta({ id: 'ComposedEdition' }),
  refusals: [...files, 'DIGEST_INVALID'],
  handle: async (call) => {
    const composed = await call.web.services.api.digests.compose(referenceOf(call), call.body.text);
    const { composition, sample } = composed;
    const { subject, preheader, words } = composition.rendered;
    const problems = composition.problems.map(toDigestProblem);
    const { html, text: plain, heaviestBytes } = sample;
    const { contentHash } = composition;
    return { contentHash, subject, preheader, words, heaviestBytes, html, text: plain, problems };
  },
});

const addImage = endpoint({
  id: 'addImage',
  tag: 'digests',
  method: 'POST',
  path: '/publications/{slug}/images',
  scope: 'write',
  reach: 'this',
  status: 201,
  summary: 'Adds an image to the folder of a publication, after the checks of every image; overwrites none.',
  params: ofPublication,
  query: z.strictObject({
    name: z.string().min(1).max(200).describe('What it is called, such as `storm.jpg`.'),
  }),
  upload: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/tiff'],
  answer: z
    .strictObject({ file: z.string().describe('As a digest names it: `images/storm.jpg`.') })
    .meta({ id: 'Image' }),
  refusals: ['IMAGE_INVALID', 'UPLOAD_INVALID', 'FILE_UNWRITABLE'],
  handle: async ({ params, query, upload, by, web }) => {
    const { writing } = web.services;
    const bytes = await readFile(upload, writing.maxImageBytes);
    return writing.addImage(params.slug, { name: query.name, bytes }, by);
  },
});

export const digestEndpoints = [read, write, validate, compose, addImage];
