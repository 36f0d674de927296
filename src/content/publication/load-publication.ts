import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { checkRules, isCheckRule } from '../../domain/editions/check-rules.ts';
import { formatProblem } from '../../domain/editions/problem.ts';
import type { FeedSource, Publication } from '../../domain/editions/publication.ts';
import { isSlug } from '../../domain/editions/slug.ts';
import type { EventEndpoint } from '../../domain/events/outgoing-event.ts';
import { minutesBetween } from '../../domain/schedule/schedule.ts';
import type { CanarySettings } from '../../domain/sending/canary.ts';
import type { SeedMailbox } from '../../domain/sending/seeds/seed.ts';
import { defaultCaps } from '../../domain/sending/warm-up.ts';
import { AppError } from '../../errors/app-error.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { reportForbidden, withoutForbidden } from '../check-text.ts';
import { displayPath } from '../display-path.ts';
import { limits } from '../limits.ts';
import { readTextFile } from '../read-text-file.ts';
import { didYouMean } from '../report/did-you-mean.ts';
import { createLineMap } from '../report/line-map.ts';
import { quoteFound } from '../report/quote-words.ts';
import { reportIssues } from '../report/report-issues.ts';
import { createReport } from '../report/report.ts';
import type { Report } from '../report/report.ts';
import { readYaml } from '../structured/read-yaml.ts';
import { publicationSchema } from './publication-schema.ts';
import type { PublicationInput } from './publication-schema.ts';

/** Names for these keys in other newsletter systems. */
const synonyms: Readonly<Record<string, string>> = {
  title: 'name',
  sender: 'from',
  address: 'postal-address',
  timezone: 'time-zone',
  tz: 'time-zone',
  'send-time': 'send-at',
  time: 'send-at',
  lang: 'language',
  locale: 'language',
  colour: 'color',
  'brand-color': 'brand',
  colors: 'brand',
  logo: 'brand',
  'base-url': 'web-base-url',
  url: 'web-base-url',
  privacy: 'privacy-url',
  'privacy-policy': 'privacy-url',
  words: 'target-words',
  expiry: 'expiry-hours',
};

/** A deadline that is earlier by the clock than `send-at` is the next morning's only within this; else a slip. */
const longestNightMinutes = 12 * 60;

/** The last valid file of each publication, by path. Checking it takes as long as linting a digest. */
const loaded = new Map<string, { readonly text: string; readonly publication: Publication }>();

/**
 * Reads `digests/<slug>/publication.yaml`, checks it whole and fills in what it leaves out.
 *
 * @throws AppError PUBLICATION_NOT_FOUND; PUBLICATION_INVALID with every mistake as `file:line:column` in
 * its details.
 */
export async function loadPublication(options: {
  readonly digestsDir: string;
  readonly slug: string;
}): Promise<Publication> {
  const { slug } = options;
  if (!isSlug(slug)) {
    throw new AppError('PUBLICATION_NOT_FOUND', `${quoteFound(slug)} is not the name of a publication.`, {
      hint: 'Its folder name has lower-case letters, digits and hyphens.',
    });
  }
  const path = join(options.digestsDir, slug, 'publication.yaml');
  const shown = displayPath(path);
  const file = await readPublicationFile(path, { slug, shown });
  const last = loaded.get(path);
  if (file.ok && last?.text === file.text) return last.publication;
  const report = createReport(shown);
  const input = file.ok ? parsePublication(file.text, report) : report.error(file.finding);
  const publication = input === undefined ? undefined : complete(input, slug);
  if (file.ok && publication !== undefined && !report.hasErrors) {
    loaded.set(path, { text: file.text, publication });
    return publication;
  }

  const problems = report.problems();
  const mistakes = problems.filter(({ severity }) => severity === 'error').length;
  throw new AppError(
    'PUBLICATION_INVALID',
    `${shown} has ${mistakes} ${mistakes === 1 ? 'mistake' : 'mistakes'}.`,
    {
      hint: 'Fix them and run the command again.',
      details: problems.map(formatProblem),
    },
  );
}

async function readPublicationFile(path: string, { slug, shown }: { slug: string; shown: string }) {
  try {
    return await readTextFile(path, { displayPath: shown, maxBytes: limits.fileBytes });
  } catch (error) {
    const isMissing =
      error instanceof AppError &&
      error.cause instanceof Error &&
      'code' in error.cause &&
      error.cause.code === 'ENOENT';
    if (!isMissing) throw error;
    throw new AppError(
      'PUBLICATION_NOT_FOUND',
      `There is no publication "${slug}": ${shown} does not exist.`,
      {
        cause: error,
      },
    );
  }
}

function parsePublication(raw: string, report: Report): PublicationInput | undefined {
  const normal = raw.replaceAll(/\r\n?/g, '\n');
  const at = createLineMap(normal);
  reportForbidden(normal, { at, report });
  const yaml = readYaml(withoutForbidden(normal), { schema: 'core', report, at });
  if (yaml === undefined) return undefined;
  const value = yaml.value ?? {};
  const parsed = publicationSchema.safeParse(value);
  if (!parsed.success) {
    const what = 'publication.yaml';
    reportIssues(parsed.error.issues, { ...yaml, value, report, schema: publicationSchema, what, synonyms });
    return undefined;
  }
  const { deadline, 'send-at': sendAt } = parsed.data;
  if (
    deadline !== undefined &&
    deadline <= sendAt &&
    minutesBetween(sendAt, deadline) > longestNightMinutes
  ) {
    const message = `\`deadline\` is ${deadline}, not after \`send-at\`, which is ${sendAt}.`;
    const hint =
      'Name a later time of the day. One on the next day is at most twelve hours later: 22:00 and 02:00.';
    report.error({ rule: 'deadline-early', message, hint, at: yaml.placeOf(['deadline'], 'value') });
  }
  reportDkimDomains(parsed.data, { report, yaml });
  const { brand } = parsed.data;
  if (brand['logo-dark'] !== undefined && brand.logo === undefined) {
    const message = '`logo-dark` replaces `logo` in dark mode, and there is no `logo`.';
    const hint = 'Name the logo for light mode too.';
    report.error({ rule: 'logo-missing', message, hint, at: yaml.placeOf(['brand', 'logo-dark'], 'value') });
  }
  for (const id of Object.keys(parsed.data.checks)) {
    if (isCheckRule(id)) continue;
    const message = `There is no check ${quoteFound(id)}.`;
    const hint = didYouMean(id, Object.keys(checkRules)) ?? '`daybrief lint --rules` lists them.';
    report.error({ rule: 'check-unknown', message, hint, at: yaml.placeOf(['checks', id], 'key') });
  }
  return parsed.data;
}

/** A signature of another domain does not count for DMARC: RFC 9989 section 5.1. */
function reportDkimDomains(
  { dkim, from }: PublicationInput,
  { report, yaml }: { readonly report: Report; readonly yaml: NonNullable<ReturnType<typeof readYaml>> },
): void {
  const fromDomain = domainOf(from.address);
  for (const [index, { domain }] of (dkim ?? []).entries()) {
    if (domain === undefined || fromDomain === domain) continue;
    if (domain.includes('.') && fromDomain.endsWith(`.${domain}`)) continue;
    const message = `\`dkim\` signs for ${domain}, and the From address is at ${fromDomain}.`;
    const hint = `Leave \`domain\` out, or name ${fromDomain} or a domain above it.`;
    report.error({
      rule: 'dkim-domain',
      message,
      hint,
      at: yaml.placeOf(['dkim', index, 'domain'], 'value'),
    });
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function complete(input: PublicationInput, slug: string): Publication {
  const { name, from, language, brand } = input;
  const phrases = phrasesFor(language);
  const fromDomain = domainOf(from.address);
  return {
    slug,
    name,
    description: input.description ?? phrases.publication.description(name),
    from,
    ...(input['reply-to'] === undefined ? {} : { replyTo: input['reply-to'] }),
    listId: input['list-id'] ?? `${slug}.${fromDomain}`,
    bounceDomain: input['bounce-domain'] ?? fromDomain,
    ...(input.dkim === undefined
      ? {}
      : { dkim: input.dkim.map(({ domain = fromDomain, selector, key }) => ({ selector, domain, key })) }),
    language,
    direction: input.direction ?? directionOf(language),
    postalAddress: input['postal-address'],
    timeZone: input['time-zone'],
    sendAt: input['send-at'],
    days: [...new Set(input.days)],
    deadline: input.deadline ?? laterBy(input['send-at'], 4),
    atSendTime: input['at-send-time'],
    localTime: input['local-time'],
    ...(input['warm-up'] === undefined ? {} : { warmUp: { caps: defaultCaps, ...input['warm-up'] } }),
    holidays: input.holidays,
    template: input.template,
    brand: {
      color: brand.color,
      ...(brand.logo === undefined ? {} : { logo: brand.logo }),
      ...(brand['logo-dark'] === undefined ? {} : { logoDark: brand['logo-dark'] }),
      ...(brand['logo-alt'] === undefined ? {} : { logoAlt: brand['logo-alt'] }),
      ...(brand['logo-width'] === undefined ? {} : { logoWidth: brand['logo-width'] }),
    },
    ...(input['web-base-url'] === undefined ? {} : { webBaseUrl: input['web-base-url'] }),
    ...(input['privacy-url'] === undefined ? {} : { privacyUrl: input['privacy-url'] }),
    typography: input.typography,
    targetWords: input['target-words'],
    checks: input.checks,
    approval: input.approval,
    approvals: input.approvals,
    authorMayApprove: input['author-may-approve'],
    reviewAddresses: input['review-addresses'],
    authorAddresses: input['author-addresses'],
    uncertain: input.uncertain,
    expiryHours: input['expiry-hours'],
    ...(input.canary === undefined ? {} : { canary: toCanary(input.canary) }),
    feedbackSender: input['feedback-sender'],
    testAddresses: input['test-addresses'] ?? [from.address],
    feedback: input.feedback,
    reason: input.reason ?? phrases.publication.reason(name),
    outcomeTexts: { ...phrases.outcomes, ...input.texts },
    allowedOrigins: [...new Set(input['allowed-origins'])],
    doubleOptIn: input['double-opt-in'],
    archive: input.archive,
    ...(input.feeds.length === 0 ? {} : { feeds: input.feeds.map(toFeed) }),
    ...(input.events.length === 0 ? {} : { events: input.events.map(toEndpoint) }),
  };
}

/** Percentages become shares. */
function toCanary(canary: NonNullable<PublicationInput['canary']>): CanarySettings {
  return {
    share: canary.percent / 100,
    minutes: canary.minutes,
    limits: {
      bounced: canary['max-bounced'] / 100,
      complained: canary['max-complained'] / 100,
      deferred: canary['max-deferred'] / 100,
      failed: canary['max-failed'] / 100,
    },
    ...(canary.seeds.length === 0
      ? {}
      : { seeds: { mailboxes: canary.seeds.map(toSeed), minutes: canary['seed-minutes'] } }),
  };
}

function toSeed(seed: NonNullable<PublicationInput['canary']>['seeds'][number]): SeedMailbox {
  const { address, imap, folders, user = address, password, 'trusted-host': trustedHost } = seed;
  return {
    address,
    imap,
    user,
    password: password === undefined ? { file: seed['password-file'] ?? '' } : { variable: password },
    folders,
    ...(trustedHost === undefined ? {} : { trustedHost }),
  };
}

function toFeed({ url, name }: { readonly url: string; readonly name?: string | undefined }): FeedSource {
  return name === undefined ? { url } : { url, name };
}

/** The default name says which host it is, and changes with the address. */
function toEndpoint({ url, name, ...rest }: PublicationInput['events'][number]): EventEndpoint {
  const hash = createHash('sha256').update(url).digest('hex').slice(0, 6);
  const host = new URL(url).hostname.replaceAll(/[^a-z\d]+/gu, '-').replaceAll(/^-+|-+$/gu, '');
  return { name: name ?? `${host.slice(0, 50)}-${hash}`, url, ...rest };
}

/** Languages written from right to left, by their primary subtag (RFC 5646 section 2.2.1). */
function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(?:ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)(?:-|$)/i.test(language) ? 'rtl' : 'ltr';
}

/** The time of day so many hours later. */
function laterBy(clock: string, hours: number): string {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return `${String((hour + hours) % 24).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
