import { addressesOf, recordsOf } from '../../domain/doctor/dns.ts';
import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import { findProvider } from '../../domain/doctor/relay-providers.ts';
import { formatCounted } from '../../domain/numbers.ts';
import { isLoopback } from '../../domain/sending/relay.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import type { SpfFault, SpfSurvey } from '../ports/doctor.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';
import { isRelated } from './domains.ts';

/** RFC 7208 section 4.6.4. */
const maxLookups = 10;
const maxVoids = 2;

type SpfPorts = Pick<DoctorPorts, 'settings' | 'dns' | 'spf'>;

/** SPF of an envelope domain, and whether the relays pass it. */
export function spfChecks(domain: string, ports: SpfPorts): readonly Check[] {
  const { relays } = ports.settings;
  return [
    { id: 'spf', about: domain, run: async () => [await checkRecord(domain, ports)] },
    ...relays.map((relay): Check => ({
      id: 'spf-relay',
      about: relay.name,
      run: async () => checkRelay(relay, domain, ports),
    })),
  ];
}

async function checkRecord(domain: string, ports: SpfPorts): Promise<Finding> {
  const { error, notChecked, ok } = findingsOf('spf', domain);
  const survey = await ports.spf.survey(domain);
  switch (survey.kind) {
    case 'failed':
      return notChecked(`The SPF record of ${domain} could not be looked up: ${survey.why}.`);
    case 'none':
      return error(`${domain} has no SPF record, so receivers cannot tell that the relays may send for it.`, {
        fix: 'Publish one that names the relays.',
        record: { name: domain, type: 'TXT', value: await suggestRecord(ports) },
      });
    case 'several':
      return error(
        `${domain} has ${survey.records.length} SPF records, which makes receivers ignore all of them.`,
        {
          fix: 'Merge them into one record.',
          record: { name: domain, type: 'TXT', value: mergeRecords(survey.records) },
        },
      );
    case 'found':
      return faultFinding(domain, survey) ?? remarkFinding(domain, survey) ?? ok(okText(domain, survey));
  }
}

function remarkFinding(domain: string, { all, usesPtr }: SpfSurvey): Finding | undefined {
  const { warning } = findingsOf('spf', domain);
  if (all === undefined || all === '?')
    return warning(`The SPF record of ${domain} says nothing about servers that it does not name.`, {
      fix: 'End it with `~all`.',
    });
  if (usesPtr)
    return warning(`The SPF record of ${domain} uses \`ptr\`, which many receivers do not evaluate.`, {
      fix: 'Name the addresses with `ip4:` and `ip6:` instead.',
    });
  return undefined;
}

function okText(domain: string, { lookups, all }: SpfSurvey): string {
  return `The SPF record of ${domain} is valid; it needs ${lookups} of ${maxLookups} lookups and ends in \`${all}all\`.`;
}

function faultFinding(domain: string, survey: SpfSurvey): Finding | undefined {
  const { error, notChecked } = findingsOf('spf', domain);
  const { fault, lookups, voids, all, costs } = survey;
  if (fault?.kind === 'failed')
    return notChecked(
      `The SPF record of ${domain} leads to ${fault.domain}, which could not be looked up: ${fault.why}.`,
    );
  if (fault !== undefined) return error(...faultText(domain, fault));
  if (lookups > maxLookups) {
    const costly = costs.slice(0, 4).map(({ term, lookups: each }) => `${term} (${each})`);
    return error(
      `The SPF record of ${domain} needs ${lookups} lookups, and receivers give up after ${maxLookups}.`,
      {
        fix: `Take out what does not send for ${domain}, or replace it by addresses with \`ip4:\` and \`ip6:\`; the costliest are ${costly.join(', ')}.`,
      },
    );
  }
  if (voids.length > maxVoids) {
    return error(
      `The SPF record of ${domain} names ${formatCounted(voids.length, 'host')} that do not exist, and receivers give up after ${maxVoids}.`,
      { fix: `Take out ${voids.join(', ')}.` },
    );
  }
  if (all === '+') {
    return error(`The SPF record of ${domain} ends in \`+all\`, which lets any server send for it.`, {
      fix: 'End it with `~all`, after the servers that may.',
    });
  }
  return undefined;
}

function faultText(
  domain: string,
  fault: Exclude<SpfFault, { readonly kind: 'failed' }>,
): [string, { readonly fix: string }] {
  const where =
    fault.domain === domain
      ? `The SPF record of ${domain}`
      : `The SPF record of ${fault.domain}, which ${domain} includes,`;
  switch (fault.kind) {
    case 'syntax':
      return [
        `${where} is invalid at \`${fault.term}\`: ${fault.why}.`,
        { fix: 'Correct it; one mistake makes receivers ignore the whole record.' },
      ];
    case 'no-record':
      return [
        `The SPF record of ${domain} includes ${fault.domain}, which has none.`,
        { fix: `Take ${fault.domain} out, or correct its name.` },
      ];
    case 'several':
      return [
        `${fault.domain}, which the SPF record of ${domain} includes, has several SPF records.`,
        { fix: `Take ${fault.domain} out until its owner has merged them.` },
      ];
    case 'loop':
      return [
        `The SPF record of ${domain} leads back to ${fault.domain} in a loop.`,
        { fix: 'Take out one of the includes.' },
      ];
    case 'many-exchanges':
      return [
        `\`mx\` in the SPF record of ${domain} leads to ${fault.count} mail servers of ${fault.domain}, and at most 10 are allowed.`,
        { fix: 'Name their addresses with `ip4:` and `ip6:` instead.' },
      ];
  }
}

async function checkRelay(relay: RelayConfig, domain: string, ports: SpfPorts): Promise<readonly Finding[]> {
  const { ok, error, warning, notChecked } = findingsOf('spf-relay', relay.name);
  const survey = await ports.spf.survey(domain);
  if (survey.kind !== 'found') return [];
  const provider = findProvider(relay.host);
  if (provider !== undefined) {
    const included = provider.includes.find((each) => survey.domains.includes(each));
    if (included !== undefined)
      return [ok(`${provider.name} may send for ${domain}: its SPF record includes ${included}.`)];
    const [include = ''] = provider.includes;
    return [
      error(`Mail goes through ${provider.name}, and the SPF record of ${domain} does not include it.`, {
        fix: `Add \`include:${include}\`; if ${provider.name} sends under a return path of its own, set bounce-domain to that.`,
        record: { name: domain, type: 'TXT', value: withTerm(survey.record, `include:${include}`) },
      }),
    ];
  }
  const sending = await sendingAddresses(relay, ports);
  if (sending.length === 0)
    return [notChecked(`It is not known from which public addresses the relay ${relay.name} sends.`)];
  const results = await Promise.all(
    sending.map(async (ip) => ({ ip, result: await ports.spf.evaluate(domain, ip) })),
  );
  if (results.some(({ result }) => result === 'temperror'))
    return [
      notChecked(`The DNS did not say whether the relay ${relay.name} passes the SPF record of ${domain}.`),
    ];
  const refused = results.filter(({ result }) => result !== 'pass');
  if (refused.length === 0)
    return [ok(`${results.map(({ ip }) => ip).join(' and ')} may send for ${domain} by its SPF record.`)];
  const ips = refused.map(({ ip }) => ip);
  const text = `The SPF record of ${domain} does not allow ${ips.join(' and ')}, from which the relay ${relay.name} sends.`;
  if (!isOwnRelay(relay, domain))
    return [
      notChecked(
        `The SPF record of ${domain} does not allow ${ips.join(' and ')}, the relay ${relay.name}, which may send from other addresses.`,
        { fix: 'Ask its operator what to include in SPF.' },
      ),
    ];
  const report = survey.fault === undefined ? error : warning;
  const value = ips.reduce((record, ip) => withTerm(record, networkTerm(ip)), survey.record);
  return [report(text, { fix: 'Add them.', record: { name: domain, type: 'TXT', value } })];
}

/** A relay that belongs to who sends, and so sends from its own addresses. */
export function isOwnRelay({ host }: RelayConfig, domain: string): boolean {
  return isLoopback(host) || isRelated(host, domain);
}

/** Where a relay on this machine sends from are this machine's public addresses; another's are those of its name. */
export async function sendingAddresses(
  { host }: RelayConfig,
  { settings, dns }: Pick<DoctorPorts, 'settings' | 'dns'>,
): Promise<readonly string[]> {
  if (isLoopback(host)) return settings.ownAddresses;
  if (/^[\d.]+$|:/u.test(host)) return [host];
  return recordsOf(await addressesOf(host, dns));
}

async function suggestRecord(ports: SpfPorts): Promise<string> {
  const terms = await Promise.all(
    ports.settings.relays.map(async (relay) => {
      const provider = findProvider(relay.host);
      if (provider !== undefined) return [`include:${provider.includes[0] ?? ''}`];
      return (await sendingAddresses(relay, ports)).map(networkTerm);
    }),
  );
  const found = [...new Set(terms.flat())];
  return ['v=spf1', ...(found.length === 0 ? ['mx'] : found), '~all'].join(' ');
}

function networkTerm(ip: string): string {
  return ip.includes(':') ? `ip6:${ip}` : `ip4:${ip}`;
}

/** The record with one more term, before its end. */
function withTerm(record: string, term: string): string {
  const terms = record.split(' ');
  const end = terms.findIndex((each) => /^[-+~?]?all$|^redirect=/iu.test(each));
  return end === -1 ? `${record} ${term}` : terms.toSpliced(end, 0, term).join(' ');
}

function mergeRecords(records: readonly string[]): string {
  const terms = records.flatMap((record) => record.split(' ').slice(1)).filter((term) => term !== '');
  const isEnd = (term: string) => /^[-+~?]?all$/iu.test(term);
  return ['v=spf1', ...new Set(terms.filter((term) => !isEnd(term))), '~all'].join(' ');
}
