import { addressesOf, recordsOf } from '../../domain/doctor/dns.ts';
import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import { hostReach } from '../../domain/host-reach.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';

type ReportPorts = Pick<DoctorPorts, 'settings' | 'dns' | 'probeAddress' | 'secrets'>;

/** Mail servers of a domain that are asked. */
const maxServers = 3;

/** Where bounces to an envelope domain come to, and whether they are taken there. */
export function bounceChecks(domain: string, ports: ReportPorts): readonly Check[] {
  return [
    { id: 'bounce-mx', about: domain, run: async () => [(await findServers(domain, ports)).finding] },
    { id: 'intake', about: domain, run: async (signal) => checkIntake(domain, { ports, signal }) },
  ];
}

/** Whether the intake of this installation listens where the settings say. */
export function localIntakeChecks(domain: string, ports: ReportPorts): readonly Check[] {
  return ports.settings.localIntakes.map(({ protocol, host, port }) => {
    const place = `${host}:${port}`;
    return {
      id: 'local-intake',
      about: place,
      run: async (signal) => {
        const { ok, error, notChecked } = findingsOf('local-intake', place);
        const secrets = await ports.secrets();
        if (secrets === undefined) return [notChecked('There is no secret yet, so no valid return address.')];
        const answer = await ports.probeAddress(
          { host, port, protocol },
          secrets.returnAddress(domain),
          signal,
        );
        if (answer.kind === 'answered' && answer.code < 300)
          return [ok(`Reports are taken by ${protocol.toUpperCase()} on ${place}.`)];
        const start = { fix: 'Run `daybrief start` or `daybrief inbound`.' };
        if (answer.kind !== 'answered') return [error(`No process takes reports on ${place}.`, start)];
        return [
          error(`What listens on ${place} refuses our return addresses: ${sentenceEnd(answer.text)}`, {
            fix: 'Give all processes the same DAYBRIEF_SECRET, or another port to one of them.',
          }),
        ];
      },
    } satisfies Check;
  });
}

async function findServers(
  domain: string,
  { settings, dns }: Pick<ReportPorts, 'settings' | 'dns'>,
): Promise<{ readonly finding: Finding; readonly servers: readonly string[] }> {
  const { ok, error, warning, notChecked } = findingsOf('bounce-mx', domain);
  const none = (finding: Finding) => ({ finding, servers: [] });
  const { hostname } = new URL(settings.baseUrl);
  const host = hostReach(hostname) === 'world' ? hostname : `mail.${domain}`;
  const record = { name: domain, type: 'MX', value: `10 ${host}.` } as const;
  const fix = 'Publish the mail server that hands reports to Daybrief.';
  const mx = await dns.mx(domain);
  if (mx.kind === 'failed') return none(notChecked(`The MX of ${domain} could not be looked up: ${mx.why}.`));
  if (mx.kind === 'records') {
    const servers = mx.records.map(({ exchange }) => exchange).filter((name) => name !== '' && name !== '.');
    if (servers.length === 0)
      return none(
        error(
          `${domain} says that it takes no mail (a null MX), so bounces are lost and receivers refuse it as a return path.`,
          { fix, record },
        ),
      );
    return { finding: ok(`Bounces to ${domain} go to ${servers.join(', ')}.`), servers };
  }
  const addresses = await addressesOf(domain, dns);
  if (addresses.kind === 'failed')
    return none(notChecked(`The addresses of ${domain} could not be looked up: ${addresses.why}.`));
  if (addresses.kind === 'none')
    return none(
      error(
        `${domain} has no mail server, so bounces are lost and many receivers refuse it as a return path.`,
        { fix, record },
      ),
    );
  return {
    finding: warning(`${domain} has no MX, so bounces go to its address ${addresses.records.join(', ')}.`, {
      fix,
      record,
    }),
    servers: [domain],
  };
}

async function checkIntake(
  domain: string,
  { ports, signal }: { readonly ports: ReportPorts; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const { notChecked, warning } = findingsOf('intake', domain);
  const { servers } = await findServers(domain, ports);
  if (servers.length === 0) return [];
  if (!ports.settings.readsReports) {
    return [
      warning(`Bounces to ${domain} are not read: no way in is configured.`, {
        fix: 'Set INBOUND_SMTP_PORT, INBOUND_LMTP_PORT, INBOUND_MAILDIR or INBOUND_IMAP_URL, and see docs/feedback.md.',
      }),
    ];
  }
  const secrets = await ports.secrets();
  if (secrets === undefined) return [notChecked('There is no secret yet, so no valid return address.')];
  const address = secrets.returnAddress(domain);
  return Promise.all(
    servers.slice(0, maxServers).map((server) => askServer(server, { address, domain, ports, signal })),
  );
}

async function askServer(
  server: string,
  {
    address,
    domain,
    ports,
    signal,
  }: {
    readonly address: string;
    readonly domain: string;
    readonly ports: ReportPorts;
    readonly signal: AbortSignal;
  },
): Promise<Finding> {
  const { ok, warning, error, notChecked } = findingsOf('intake', server);
  const found = await addressesOf(server, ports.dns);
  if (found.kind === 'failed')
    return notChecked(`The addresses of ${server} could not be looked up: ${found.why}.`);
  const [host] = recordsOf(found);
  if (host === undefined) {
    return error(`The MX of ${domain} names ${server}, which has no address.`, {
      fix: 'Publish its address, or correct the MX.',
      record: { name: server, type: 'A', value: '<its IPv4 address>' },
    });
  }
  const answer = await ports.probeAddress({ host, port: ports.settings.smtpPort }, address, signal);
  if (answer.kind === 'refused-connection')
    return error(`No mail server listens at ${server}, so bounces to ${domain} are lost.`, {
      fix: 'Start it, or correct the MX.',
    });
  if (answer.kind === 'silent')
    return notChecked(
      `${server} could not be asked from here: ${answer.why}; many networks block outgoing port 25.`,
    );
  if (answer.code < 300) return ok(`${server} takes bounces to ${domain}.`);
  const fix =
    'Route the domain to Daybrief as docs/feedback.md shows, and give all processes the same DAYBRIEF_SECRET.';
  if (answer.code < 500)
    return warning(`${server} puts bounces to ${domain} off: ${sentenceEnd(answer.text)}`, { fix });
  return error(`${server} refuses bounces to ${domain}: ${sentenceEnd(answer.text)}`, { fix });
}

/** What a server said, with a full stop. */
function sentenceEnd(text: string): string {
  return `${text.replace(/[.!]$/u, '')}.`;
}
