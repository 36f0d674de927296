import { createRecipientValues } from '../../../src/delivery/message/recipient-values.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';

/** Everything that DAYBRIEF_SECRET signs or seals outside the database, under secrets in its order. */
export function openSecrets(...secrets: readonly string[]) {
  const { stamps, suppressionKeys, ...rest } = createSecrets(secrets);
  return { ...rest, formStamps: stamps, suppressionKeyIds: suppressionKeys.map(({ id }) => id) };
}

const tokenIds = [
  { publicationId: 1, subscriberId: 1, editionId: 0 },
  { publicationId: 3, subscriberId: 42, editionId: 7 },
  { publicationId: 2 ** 32 - 1, subscriberId: 2 ** 48 - 1, editionId: 2 ** 48 - 1 },
];
const datedSubjects = [
  { publicationId: 1, subscriberId: 1, issuedAt: 0 },
  { publicationId: 3, subscriberId: 42, issuedAt: 1_795_000_000_000 },
];
const bounceSources = [
  { editionId: 0, subscriberId: 1, domain: 'mail.example.org', at: '2026-11-23T00:00:00.000Z' },
  { editionId: 7, subscriberId: 42, domain: 'mail.example.org', at: '2026-11-23T23:59:59.999Z' },
];
const messageSources = [
  { editionId: 7, subscriberId: 42, domain: 'mail.example.org' },
  { editionId: 0, subscriberId: 42, domain: 'mail.example.org', distinction: 'mail 5' },
  { editionId: 0, subscriberId: 0, domain: 'mail.example.org', distinction: 'ada@example.org 1795000000000' },
];

/** Recipients of an edition: the URLs as they are written into a message. */
const editionRecipients = [
  {
    publication: { slug: 'letter', bounceDomain: 'mail.example.org', webBaseUrl: undefined },
    publicationId: 3,
    editionId: 7,
    date: '2026-11-23',
    baseUrl: 'https://news.example.org',
    subscriberId: 42,
  },
  {
    publication: {
      slug: 'night',
      bounceDomain: 'mail.example.org',
      webBaseUrl: 'https://night.example.org/news/',
    },
    publicationId: 4,
    editionId: 8,
    date: '2026-11-24',
    baseUrl: 'https://news.example.org',
    subscriberId: 43,
  },
];

/** The value made under one secret for each fixed input, beside its input. */
export function makeKeyedValues(secret: string) {
  const { tokens, links, verp, messageIds, formStamps, suppressionKeyIds } = openSecrets(secret);
  return {
    secret,
    suppressionKeyId: suppressionKeyIds[0] ?? '',
    tokens: (['unsubscribe', 'preferences', 'view'] as const).flatMap((purpose) =>
      tokenIds.map((ids) => ({ purpose, ids, token: tokens.issue(purpose, ids) })),
    ),
    datedTokens: (['confirm', 'undo', 'manage'] as const).flatMap((purpose) =>
      datedSubjects.map((subject) => ({ purpose, subject, token: links.issue(purpose, subject) })),
    ),
    bounceAddresses: bounceSources.map((source) => ({
      source,
      address: verp.address({ ...source, now: new Date(source.at) }),
    })),
    messageIds: messageSources.map((source) => ({ source, messageId: messageIds(source) })),
    formStamps: [0, 1_795_000_000_007].map((madeAt) => ({ madeAt, stamp: formStamps.issue(madeAt) })),
    recipients: editionRecipients.map((recipient) => ({
      recipient,
      urls: recipientUrls(recipient, openSecrets(secret)),
    })),
  };
}

export type KeyedValues = ReturnType<typeof makeKeyedValues>;

/** The URLs that one recipient's message holds. */
export function recipientUrls(
  { subscriberId, ...edition }: (typeof editionRecipients)[number],
  secrets: ReturnType<typeof openSecrets>,
) {
  const valuesFor = createRecipientValues({ ...edition, ...secrets });
  const { values } = valuesFor({ subscriberId, address: 'ada@example.org', name: '', now: new Date(0) });
  const { unsubscribeUrl, preferencesUrl, viewOnlineUrl } = values;
  return { unsubscribeUrl, preferencesUrl, viewOnlineUrl };
}
