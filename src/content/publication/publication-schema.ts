import { z } from 'zod';

import { levels } from '../../domain/editions/check-rules.ts';
import { eventGroups, eventTypeNames } from '../../domain/events/event-types.ts';
import { linkField, textField } from '../digest-fields.ts';
import {
  addressField,
  baseUrlField,
  clockField,
  colorField,
  domainField,
  endpointUrlField,
  holidayField,
  imapField,
  languageField,
  linesField,
  listIdField,
  logoField,
  originField,
  seedFileField,
  seedVariableField,
  selectorField,
  timeZoneField,
  feedbackField,
  webUrlField,
} from './publication-fields.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const feedField = linkField({ title: 'Feed', description: 'Address of an RSS, Atom or JSON feed.' });

const dkimField = z.strictObject({
  selector: selectorField,
  key: z.string().regex(/^[^\p{C}]{1,1000}$/u, 'it names a file with a private key'),
  domain: domainField.optional(),
});

const endpointField = z.preprocess(
  (endpoint) => (typeof endpoint === 'string' ? { url: endpoint } : endpoint),
  z.strictObject({
    url: endpointUrlField,
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'it has lower-case letters, digits and hyphens')
      .optional(),
    types: z.array(z.enum([...eventGroups, ...eventTypeNames])).default([]),
    addresses: z.boolean().default(false),
  }),
);

const percentField = z.number().min(0).max(100);

const seedField = z
  .strictObject({
    address: addressField,
    imap: imapField,
    user: z.string().min(1).max(320).optional(),
    password: seedVariableField.optional(),
    'password-file': seedFileField.optional(),
    folders: z.array(z.string().min(1).max(200)).min(1).max(10).default(['INBOX']),
    'trusted-host': domainField.optional(),
  })
  .refine(
    (seed) => (seed.password === undefined) !== (seed['password-file'] === undefined),
    'it needs either `password`, the name of a variable SEED_PASSWORD_..., or `password-file`',
  );

const canaryField = z.strictObject({
  seeds: z.array(seedField).max(20).default([]),
  'seed-minutes': z.int().min(1).max(120).default(10),
  percent: z.number().min(0.1).max(50).default(1),
  minutes: z.int().min(1).max(240).default(10),
  'max-bounced': percentField.default(2),
  'max-complained': percentField.default(0.1),
  'max-deferred': percentField.default(25),
  'max-failed': percentField.default(5),
});

/** `publication.yaml` as it is written: kebab-case keys, everything optional that has a sensible default. */
export const publicationSchema = z.strictObject({
  name: textField(100, { title: 'Name', description: 'Name of the newsletter.' }),
  description: textField(300, {
    title: 'Description',
    description: 'What it is and when it comes.',
  }).optional(),
  from: z.strictObject({
    name: textField(100, { title: 'Sender', description: 'Name shown in the inbox.' }),
    address: addressField,
  }),
  'reply-to': addressField.optional(),
  'list-id': listIdField.optional(),
  'bounce-domain': domainField.optional(),
  dkim: z.preprocess(asList, z.array(dkimField).min(1).max(4)).optional(),
  language: languageField.default('en'),
  direction: z.enum(['ltr', 'rtl']).optional(),
  'postal-address': linesField,
  'time-zone': timeZoneField,
  'send-at': clockField.default('06:00'),
  days: z.array(z.enum(weekdays)).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']),
  deadline: clockField.optional(),
  'at-send-time': z.enum(['send', 'hold', 'skip']).default('send'),
  'local-time': z.boolean().default(false),
  holidays: z.array(holidayField).default([]),
  template: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'it names a folder: lower-case letters, digits and hyphens')
    .default('morning'),
  brand: z
    .strictObject({
      color: colorField.default('#1a5fb4'),
      logo: logoField.optional(),
      'logo-dark': logoField.optional(),
      'logo-alt': textField(200, { title: 'Logo text', description: 'What the logo says.' }).optional(),
      'logo-width': z.int().min(16).max(600).optional(),
    })
    .default({ color: '#1a5fb4' }),
  'web-base-url': baseUrlField.optional(),
  'privacy-url': webUrlField.optional(),
  typography: z.boolean().default(true),
  'target-words': z.int().min(50).max(20_000).default(1200),
  checks: z.record(z.string(), z.enum(levels)).default({}),
  approval: z.boolean().default(true),
  approvals: z.int().min(1).max(9).default(1),
  'author-may-approve': z.boolean().default(true),
  'review-addresses': z.array(addressField).max(20).default([]),
  'author-addresses': z.array(addressField).max(20).default([]),
  uncertain: z.enum(['resend', 'hold']).default('resend'),
  'feedback-sender': z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{3,13}[a-z0-9]$/, 'it has 5 to 15 lower-case letters, digits and hyphens')
    .refine((sender) => sender !== 'newsletter' && sender !== 'welcome', 'the field before it has that word')
    .default('daybrief'),
  'expiry-hours': z.int().min(1).max(168).default(12),
  'warm-up': z
    .strictObject({
      start: holidayField,
      caps: z.array(z.int().min(1).max(100_000_000)).min(1).max(60).optional(),
      overflow: z.enum(['hold', 'skip']).default('hold'),
    })
    .optional(),
  canary: canaryField.optional(),
  'test-addresses': z.array(addressField).max(50).optional(),
  feedback: feedbackField.prefault('reply'),
  reason: textField(300, { title: 'Reason', description: 'Why the reader gets this.' }).optional(),
  texts: z
    .strictObject({
      'valid-email': outcomeText('what is wrong with the address').optional(),
      'subscription-failed': outcomeText('that it did not work').optional(),
      'thank-you': outcomeText('that it worked').optional(),
    })
    .default({}),
  'allowed-origins': z.array(originField).max(50).default([]),
  'double-opt-in': z.boolean().default(true),
  archive: z.boolean().default(true),
  feeds: z
    .array(
      z.preprocess(
        (feed) => (typeof feed === 'string' ? { url: feed } : feed),
        z.strictObject({
          url: feedField,
          name: textField(100, { title: 'Feed', description: 'Name of the source.' }).optional(),
        }),
      ),
    )
    .max(100)
    .default([]),
  events: z.array(endpointField).max(10).refine(haveOwnNames, 'two of them have the same name').default([]),
});

function haveOwnNames(endpoints: readonly { readonly name?: string | undefined }[]): boolean {
  const names = endpoints.flatMap(({ name }) => (name === undefined ? [] : [name]));
  return new Set(names).size === names.length;
}

/** One entry stands for a list of one. */
function asList(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : [value];
}

function outcomeText(description: string) {
  return textField(150, { title: 'Signup text', description: `Says on the signup page ${description}.` });
}

export type PublicationInput = z.output<typeof publicationSchema>;
