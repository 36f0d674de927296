/** A mailbox provider: receiving domains whose mail comes to the same servers, which limit senders together. */
export interface Provider {
  /** Kebab-case, as `status` shows it. */
  readonly name: string;
  /** Suffixes of MX host names. */
  readonly mx: readonly string[];
  /** Its own domains, which need no lookup. */
  readonly domains?: readonly string[];
  /** Messages a second to begin with; `startPerSecond` where absent. */
  readonly perSecond?: number;
}

/**
 * Messages a second that a receiver takes from an unknown sender: ten connections at a time, each of which takes ten
 * messages a second. Providers that want fewer connections begin with as much less.
 */
const startPerSecond = 100;
const perConnection = 10;

/** Connections that the large providers take from one sender, times `perConnection`. */
const providers: readonly Provider[] = [
  {
    name: 'google',
    mx: ['google.com', 'googlemail.com'],
    domains: ['gmail.com', 'googlemail.com'],
    perSecond: 5 * perConnection,
  },
  {
    name: 'microsoft',
    mx: ['outlook.com', 'mx.microsoft', 'hotmail.com'],
    domains: [
      'outlook.com',
      'hotmail.com',
      'hotmail.co.uk',
      'hotmail.fr',
      'live.com',
      'msn.com',
      'outlook.de',
    ],
    perSecond: 5 * perConnection,
  },
  {
    name: 'yahoo',
    mx: ['yahoodns.net'],
    domains: ['yahoo.com', 'yahoo.co.uk', 'yahoo.de', 'yahoo.fr', 'ymail.com', 'aol.com', 'rocketmail.com'],
  },
  { name: 'apple', mx: ['mail.icloud.com', 'apple.com'], domains: ['icloud.com', 'me.com', 'mac.com'] },
  {
    name: 'gmx',
    mx: ['gmx.net', 'web.de', 'mail.com'],
    domains: ['gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch', 'gmx.com', 'web.de', 'mail.com'],
    perSecond: 4 * perConnection,
  },
  {
    name: 'orange',
    mx: ['orange.fr', 'wanadoo.fr'],
    domains: ['orange.fr', 'wanadoo.fr'],
    perSecond: 2 * perConnection,
  },
  { name: 't-online', mx: ['t-online.de'], domains: ['t-online.de', 'magenta.de'] },
  { name: 'comcast', mx: ['comcast.net'], domains: ['comcast.net', 'xfinity.com'] },
  { name: 'proton', mx: ['protonmail.ch'], domains: ['proton.me', 'protonmail.com', 'pm.me'] },
  { name: 'fastmail', mx: ['messagingengine.com'], domains: ['fastmail.com', 'fastmail.fm'] },
  { name: 'zoho', mx: ['zoho.com', 'zoho.eu', 'zohomail.com'] },
  { name: 'ionos', mx: ['kundenserver.de', 'ionos.com', 'ionos.co.uk', 'perfora.net'] },
  { name: 'ovh', mx: ['mail.ovh.net'] },
  { name: 'free', mx: ['free.fr'], domains: ['free.fr'] },
  { name: 'la-poste', mx: ['laposte.net'], domains: ['laposte.net'] },
  { name: 'libero', mx: ['libero.it'], domains: ['libero.it', 'virgilio.it'] },
  { name: 'yandex', mx: ['yandex.net', 'yandex.ru'], domains: ['yandex.ru', 'yandex.com'] },
  { name: 'mail-ru', mx: ['mail.ru'], domains: ['mail.ru', 'bk.ru', 'inbox.ru', 'list.ru'] },
  { name: 'mimecast', mx: ['mimecast.com'] },
  { name: 'proofpoint', mx: ['pphosted.com', 'ppe-hosted.com'] },
  { name: 'barracuda', mx: ['barracudanetworks.com'] },
  { name: 'cisco', mx: ['iphmx.com'] },
];

const byDomain = new Map(
  providers.flatMap(({ name, domains = [] }) => domains.map((domain) => [domain, name])),
);
const starts = new Map(providers.map(({ name, perSecond = startPerSecond }) => [name, perSecond]));

/** Returns the provider of a domain of its own, in lower case; undefined for other domains. */
export function providerOfDomain(domain: string): string | undefined {
  return byDomain.get(domain);
}

/** Returns the provider that the hosts of a domain's MX records belong to, the preferred ones first. */
export function providerOfHosts(hosts: readonly string[]): string | undefined {
  for (const host of hosts) {
    const name = host.toLowerCase().replace(/\.$/u, '');
    const found = providers.find(({ mx }) =>
      mx.some((suffix) => name === suffix || name.endsWith(`.${suffix}`)),
    );
    if (found !== undefined) return found.name;
  }
  return undefined;
}

/** Messages a second to begin with at a provider, or at a domain that is a group of its own. */
export function startOf(group: string): number {
  return starts.get(group) ?? startPerSecond;
}

/** Whether the group is a provider of this list, not a domain of its own. */
export function isProvider(group: string): boolean {
  return starts.has(group);
}
