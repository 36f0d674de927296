/**
 * What `doctor` examines: permanent ids, in the order of the report, with the group that shows them. An id may occur
 * several times: once for each relay, domain or publication.
 */
const findingGroups = {
  settings: 'installation',
  secret: 'installation',
  database: 'installation',
  'database-integrity': 'installation',
  backup: 'installation',
  disk: 'installation',
  redis: 'installation',
  clock: 'installation',
  worker: 'installation',
  publication: 'edition',
  edition: 'edition',
  problems: 'edition',
  audience: 'edition',
  complaints: 'edition',
  unfinished: 'edition',
  seed: 'edition',
  events: 'edition',
  relay: 'relay',
  'relay-certificate': 'relay',
  'relay-size': 'relay',
  'from-domain': 'dns',
  'reply-domain': 'dns',
  'list-id': 'dns',
  spf: 'dns',
  'spf-relay': 'dns',
  dkim: 'dns',
  dmarc: 'dns',
  'dmarc-alignment': 'dns',
  'dmarc-reports': 'dns',
  'bounce-mx': 'reports',
  intake: 'reports',
  'local-intake': 'reports',
  'inbound-mailbox': 'reports',
  'base-url': 'pages',
  'base-url-certificate': 'pages',
  'base-url-identity': 'pages',
  'one-click': 'pages',
  ptr: 'advice',
  bimi: 'advice',
  'mta-sts': 'advice',
  'tls-rpt': 'advice',
} as const;

export type FindingId = keyof typeof findingGroups;
type FindingGroup = (typeof findingGroups)[FindingId];

/** Headings of the groups, in their order. */
const groupTitles: Readonly<Record<FindingGroup, string>> = {
  installation: 'This installation',
  edition: 'The next edition',
  relay: 'Relays',
  dns: 'Authentication of mail in the DNS',
  reports: 'Bounces and complaints',
  pages: 'Pages',
  advice: 'Advice',
};

/** `warning` may cost recipients or attention, `error` stops an edition or most of its mail. */
export type FindingState = 'ok' | 'warning' | 'error' | 'not-checked';

/** A record to publish in the DNS. */
export interface DnsRecord {
  /** Without the last dot. */
  readonly name: string;
  readonly type: 'TXT' | 'MX' | 'PTR' | 'A';
  /** A TXT record in one piece, without quotation marks. */
  readonly value: string;
}

/** One line of the report. */
export interface Finding {
  readonly id: FindingId;
  /** What it is about: a relay, domain, address or publication; empty for the installation. */
  readonly about: string;
  readonly state: FindingState;
  /** One sentence; of what was not checked, it says why. */
  readonly text: string;
  /** What to do. Of what is ok, it is advice. */
  readonly fix?: string;
  readonly record?: DnsRecord;
}

export interface DoctorReport {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds that it took. */
  readonly tookMs: number;
  readonly publications: readonly string[];
  /** In the order of the groups; within one, errors first, then warnings. */
  readonly findings: readonly Finding[];
}

type More = Pick<Finding, 'fix' | 'record'>;

/** Makes findings of one id about one thing. */
export function findingsOf(id: FindingId, about = '') {
  const make =
    (state: FindingState) =>
    (text: string, more: More = {}): Finding => ({
      id,
      about,
      state,
      text,
      ...more,
    });
  return { ok: make('ok'), warning: make('warning'), error: make('error'), notChecked: make('not-checked') };
}

const stateOrder: readonly FindingState[] = ['error', 'warning', 'not-checked', 'ok'];
const groupOrder = Object.keys(groupTitles);
const idOrder = Object.keys(findingGroups);

/** By group; within one, what needs a person first. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ id, state }: Finding) => [
    groupOrder.indexOf(findingGroups[id]),
    stateOrder.indexOf(state),
    idOrder.indexOf(id),
  ];
  return findings.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const differing = left.findIndex((value, index) => value !== right[index]);
    return differing === -1
      ? a.about.localeCompare(b.about)
      : (left[differing] ?? 0) - (right[differing] ?? 0);
  });
}

/** The findings of each group, the group first in which one needs a person most. */
export function groupFindings(
  findings: readonly Finding[],
): readonly { readonly title: string; readonly findings: readonly Finding[] }[] {
  const worst = (items: readonly Finding[]) =>
    Math.min(2, ...items.map(({ state }) => stateOrder.indexOf(state)));
  return [...Map.groupBy(sortFindings(findings), ({ id }) => findingGroups[id])]
    .toSorted(([, a], [, b]) => worst(a) - worst(b))
    .map(([group, items]) => ({ title: groupTitles[group], findings: items }));
}

/** How many findings there are of each state. */
export function countFindings(findings: readonly Finding[]): Readonly<Record<FindingState, number>> {
  const counts = { ok: 0, warning: 0, error: 0, 'not-checked': 0 };
  for (const { state } of findings) counts[state] += 1;
  return counts;
}
