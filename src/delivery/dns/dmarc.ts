import type { DmarcPolicy, DmarcPolicies } from '../../app/ports/doctor.ts';
import { recordsOf } from '../../domain/doctor/dns.ts';
import type { Dns } from '../../domain/doctor/dns.ts';

/** RFC 9989 section 4.10 step 4: a longer name is shortened to this many labels at once. */
const maxLabels = 7;

interface Found {
  readonly domain: string;
  readonly record: string;
  readonly tags: ReadonlyMap<string, string>;
}

interface Walked {
  /** The longest name first. */
  readonly found: readonly Found[];
  readonly failed?: string;
}

/** Reads DMARC policies by the tree walk of RFC 9989 section 4.10. */
export function createDmarcPolicies(dns: Pick<Dns, 'txt'>): DmarcPolicies {
  return {
    async policyOf(domain) {
      const name = domain.toLowerCase();
      const { found, failed } = await walkTree(name, dns);
      const own = found.find((one) => one.domain === name);
      if (failed !== undefined && own === undefined) return { kind: 'failed', why: failed };
      const organization = selectOrganization(name, found);
      const last = found.at(-1);
      const applying =
        own ??
        found.find((one) => one.domain === organization) ??
        (last?.tags.get('psd') === 'y' ? last : undefined);
      if (applying === undefined) return await withoutPolicy(name, { organization, dns });
      return toPolicy(applying, { organization, isOwn: applying.domain === name });
    },
    async organizationOf(domain) {
      const name = domain.toLowerCase();
      const { found, failed } = await walkTree(name, dns);
      return failed === undefined ? selectOrganization(name, found) : undefined;
    },
  };
}

/** Names to ask: the domain, and those above it. */
function treeOf(domain: string): readonly string[] {
  const names: string[] = [];
  let labels = domain.split('.');
  while (labels.length > 0) {
    names.push(labels.join('.'));
    labels = labels.length > maxLabels ? labels.slice(-maxLabels) : labels.slice(1);
  }
  return names;
}

async function walkTree(domain: string, dns: Pick<Dns, 'txt'>): Promise<Walked> {
  // All at once: they are at most eight, and a silent name server would cost its time-out for each.
  const answers = await Promise.all(
    treeOf(domain).map(async (name) => ({ name, answer: await dns.txt(`_dmarc.${name}`) })),
  );
  const found: Found[] = [];
  for (const { name, answer } of answers) {
    if (answer.kind === 'failed') return { found, failed: answer.why };
    const records = recordsOf(answer).filter(isDmarc);
    const [record] = records;
    // RFC 9989 section 4.10 step 2: several are as good as none.
    if (record === undefined || records.length > 1) continue;
    const tags = readTags(record);
    found.push({ domain: name, record, tags });
    if (tags.get('psd') === 'y' || tags.get('psd') === 'n') break;
  }
  return { found };
}

/** RFC 9989 section 4.10.2. */
function selectOrganization(domain: string, found: readonly Found[]): string {
  for (const { domain: at, tags } of found) {
    if (tags.get('psd') === 'n') return at;
    if (tags.get('psd') === 'y' && at !== domain)
      return domain
        .split('.')
        .slice(-(at.split('.').length + 1))
        .join('.');
  }
  return found.at(-1)?.domain ?? domain;
}

/** RFC 9989 section 4.7: the version comes first, in this case. */
function isDmarc(record: string): boolean {
  return /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/u.test(record);
}

function readTags(record: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of record.split(';')) {
    const equals = tag.indexOf('=');
    if (equals === -1) continue;
    const name = tag.slice(0, equals).trim().toLowerCase();
    const value = tag.slice(equals + 1).trim();
    tags.set(name, name === 'rua' || name === 'ruf' ? value : value.toLowerCase());
  }
  return tags;
}

const policies: ReadonlySet<string> = new Set(['none', 'quarantine', 'reject']);

/** RFC 9989 section 4.10.1: a record without a valid `p` counts as `none` if it wants reports, else not at all. */
function toPolicy(
  { domain, record, tags }: Found,
  { organization, isOwn }: { readonly organization: string; readonly isOwn: boolean },
): Awaited<ReturnType<DmarcPolicies['policyOf']>> {
  const reportsTo = mailboxes(tags.get('rua'));
  const invalid = ['p', 'sp', 'np'].filter((name) => {
    const value = tags.get(name);
    return value === undefined ? name === 'p' : !policies.has(value);
  });
  if (invalid.length > 0 && reportsTo.length === 0) {
    const [name = 'p'] = invalid;
    const value = tags.get(name);
    const why =
      value === undefined ? 'it has no `p=`' : `\`${name}=${value}\` is none of none, quarantine and reject`;
    return { kind: 'invalid', at: domain, why };
  }
  const own = tags.get('p') ?? 'none';
  const wanted = isOwn ? own : (tags.get('sp') ?? own);
  const policy = invalid.length > 0 ? 'none' : (wanted as DmarcPolicy['policy']);
  const remarks = [
    ...(invalid.length > 0
      ? [`\`${invalid.join('` and `')}\` cannot be read, so the policy counts as none`]
      : []),
    ...(tags.has('pct') && tags.get('pct') !== '100'
      ? ['`pct` was dropped from DMARC, and receivers disagree on it']
      : []),
  ];
  return {
    kind: 'found',
    policy: {
      foundAt: domain,
      organization,
      record,
      policy,
      strictSpf: tags.get('aspf') === 's',
      strictDkim: tags.get('adkim') === 's',
      isTest: tags.get('t') === 'y',
      reportsTo,
      remarks,
    },
  };
}

/** Addresses of `mailto:` URIs, without the size limit that older records have. */
function mailboxes(rua: string | undefined): readonly string[] {
  return (rua ?? '').split(',').flatMap((uri) => {
    const address = /^\s*mailto:([^!?\s]+@[^!?\s]+)/iu.exec(uri)?.[1];
    return address === undefined ? [] : [address];
  });
}

/** Tells a record that receivers discard from none at all. */
async function withoutPolicy(
  domain: string,
  { organization, dns }: { readonly organization: string; readonly dns: Pick<Dns, 'txt'> },
): Promise<Awaited<ReturnType<DmarcPolicies['policyOf']>>> {
  for (const name of treeOf(domain).filter((each) => each.includes('.'))) {
    const records = recordsOf(await dns.txt(`_dmarc.${name}`));
    const count = records.filter(isDmarc).length;
    if (count > 1)
      return { kind: 'invalid', at: name, why: `there are ${count} records, and there must be one` };
    if (records.some((record) => /dmarc1/iu.test(record)))
      return { kind: 'invalid', at: name, why: 'it does not begin with `v=DMARC1;`' };
  }
  return { kind: 'none', organization };
}
