import { recordsOf } from '../../domain/doctor/dns.ts';
import { addressesOf } from '../../domain/doctor/dns.ts';
import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import { isOwnRelay, sendingAddresses } from './check-spf.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';
import { domainsOf } from './domains.ts';

type AdvicePorts = Pick<DoctorPorts, 'settings' | 'dns' | 'dmarc' | 'askPublicPage' | 'clock'>;

/** What improves how mail is received, without stopping any. */
export function adviceChecks(publication: Publication, ports: AdvicePorts): readonly Check[] {
  const { from, bounce } = domainsOf(publication);
  const own = ports.settings.relays.filter((relay) => isOwnRelay(relay, bounce));
  return [
    ...own.map((relay): Check => ({ id: 'ptr', about: relay.name, run: async () => checkPtr(relay, ports) })),
    { id: 'bimi', about: from, run: (signal) => checkBimi(from, { ports, signal }) },
    ...[...new Set([from, bounce])].flatMap((domain): Check[] => [
      { id: 'mta-sts', about: domain, run: (signal) => checkMtaSts(domain, { ports, signal }) },
      { id: 'tls-rpt', about: domain, run: async () => [await checkTlsReports(domain, ports)] },
    ]),
  ];
}

interface Asking {
  readonly ports: AdvicePorts;
  readonly signal: AbortSignal;
}

/** Receivers want a name of a sending address that leads back to it. */
async function checkPtr(relay: RelayConfig, { settings, dns }: AdvicePorts): Promise<readonly Finding[]> {
  const addresses = await sendingAddresses(relay, { settings, dns });
  return Promise.all(
    addresses.map(async (address) => {
      const { ok, warning, notChecked } = findingsOf('ptr', address);
      const fix = 'Ask who leases the address to set its reverse name to that of the relay.';
      const answer = await dns.ptr(address);
      if (answer.kind === 'failed')
        return notChecked(`The name of ${address} could not be looked up: ${answer.why}.`);
      const [name] = recordsOf(answer);
      if (name === undefined)
        return warning(
          `${address}, from which the relay ${relay.name} sends, has no name (PTR), and large receivers refuse it.`,
          { fix },
        );
      const back = await Promise.all(recordsOf(answer).map((each) => addressesOf(each, dns)));
      if (back.flatMap(recordsOf).includes(address))
        return ok(`${address} has the name ${name}, which leads back to it.`);
      return warning(`${address} has the name ${name}, which does not lead back to it.`, { fix });
    }),
  );
}

/** Brand Indicators for Message Identification: draft-brand-indicators-for-message-identification section 4. */
async function checkBimi(domain: string, { ports, signal }: Asking): Promise<readonly Finding[]> {
  const { ok, warning, notChecked } = findingsOf('bimi', domain);
  const organization = (await ports.dmarc.organizationOf(domain)) ?? domain;
  for (const name of new Set([domain, organization])) {
    const answer = await ports.dns.txt(`default._bimi.${name}`);
    if (answer.kind === 'failed')
      return [notChecked(`BIMI of ${name} could not be looked up: ${answer.why}.`)];
    const record = recordsOf(answer).find((each) => /^v\s*=\s*BIMI1\s*(?:;|$)/iu.test(each));
    if (record === undefined) continue;
    const logo = /(?:^|;)\s*l\s*=\s*([^;\s]*)/iu.exec(record)?.[1] ?? '';
    if (!logo.startsWith('https://'))
      return [
        warning(`The BIMI record of ${name} names no logo by https.`, { fix: 'Name an SVG logo with `l=`.' }),
      ];
    const found = await ports.dmarc.policyOf(domain);
    if (found.kind !== 'found' || found.policy.policy === 'none' || found.policy.isTest)
      return [
        warning(`The logo of BIMI is not shown, because the DMARC policy of ${domain} is not enforced.`, {
          fix: 'Set `p=quarantine` or `p=reject` once the reports allow it.',
        }),
      ];
    if ((await ports.askPublicPage(logo, signal)) === undefined)
      return [
        warning(`The logo of BIMI cannot be fetched from ${logo}.`, {
          fix: 'Publish the SVG file there, by https and without a redirect to another site.',
        }),
      ];
    return [ok(`BIMI shows the logo ${logo}.`)];
  }
  return [
    ok(`${domain} has no BIMI record, so inboxes show no logo of yours.`, {
      fix: 'With an enforced DMARC policy and a certified SVG logo, publish one.',
      record: {
        name: `default._bimi.${organization}`,
        type: 'TXT',
        value: 'v=BIMI1; l=https://<your SVG logo>; a=https://<its certificate>',
      },
    }),
  ];
}

/** RFC 8461: mail to the domain is only handed over encrypted. */
async function checkMtaSts(domain: string, { ports, signal }: Asking): Promise<readonly Finding[]> {
  const { ok, warning, notChecked } = findingsOf('mta-sts', domain);
  const [answer, mx] = await Promise.all([ports.dns.txt(`_mta-sts.${domain}`), ports.dns.mx(domain)]);
  if (answer.kind === 'failed')
    return [notChecked(`MTA-STS of ${domain} could not be looked up: ${answer.why}.`)];
  const record = recordsOf(answer).find((each) => /^v=STSv1\s*;/u.test(each));
  const servers = recordsOf(mx).map(({ exchange }) => exchange.toLowerCase());
  if (record === undefined) {
    if (servers.length === 0) return [];
    const id = new Date(ports.clock()).toISOString().slice(0, 10).replaceAll('-', '');
    return [
      ok(`${domain} has no MTA-STS policy, so mail to it may be handed over unencrypted.`, {
        fix: `Serve a policy at https://mta-sts.${domain}/.well-known/mta-sts.txt and publish its record.`,
        record: { name: `_mta-sts.${domain}`, type: 'TXT', value: `v=STSv1; id=${id}` },
      }),
    ];
  }
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
  const policy = await ports.askPublicPage(url, signal);
  if (policy === undefined)
    return [
      warning(`${domain} announces MTA-STS, and its policy cannot be fetched from ${url}.`, {
        fix: 'Serve it there with a valid certificate, or take the record away.',
      }),
    ];
  const lines = policy.split(/\r?\n/u).map((line) => /^([a-z_]+)\s*:\s*(.*?)\s*$/u.exec(line));
  const values = (key: string) =>
    lines.filter((line) => line?.[1] === key).map((line) => (line?.[2] ?? '').toLowerCase());
  const missing = servers.find((server) => !values('mx').some((pattern) => coversServer(pattern, server)));
  if (missing === undefined) return [ok(`The MTA-STS policy of ${domain} covers its mail servers.`)];
  const isEnforced = values('mode').includes('enforce');
  return [
    warning(
      `The MTA-STS policy of ${domain} does not name its mail server ${missing}${isEnforced ? ', so mail to it is refused' : ''}.`,
      {
        fix: `Add the line \`mx: ${missing}\` and change the id in the record.`,
      },
    ),
  ];
}

/** RFC 8461 section 4.1: an asterisk matches one label. */
function coversServer(pattern: string, server: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === server;
  return server.slice(server.indexOf('.') + 1) === pattern.slice(2);
}

/** RFC 8460: reports on failed encryption. */
async function checkTlsReports(domain: string, { dns }: AdvicePorts): Promise<Finding> {
  const { ok, notChecked } = findingsOf('tls-rpt', domain);
  const answer = await dns.txt(`_smtp._tls.${domain}`);
  if (answer.kind === 'failed')
    return notChecked(`TLS reports of ${domain} could not be looked up: ${answer.why}.`);
  if (recordsOf(answer).some((record) => /^v=TLSRPTv1\s*;.*rua=/iu.test(record)))
    return ok(`Senders report failed encryption to ${domain}.`);
  return ok(`${domain} asks for no reports on failed encryption (TLS-RPT).`, {
    fix: 'Publish an address for them.',
    record: {
      name: `_smtp._tls.${domain}`,
      type: 'TXT',
      value: `v=TLSRPTv1; rua=mailto:tls-reports@${domain}`,
    },
  });
}
