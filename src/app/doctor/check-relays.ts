import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import { formatCounted, formatSize } from '../../domain/numbers.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Check, DoctorPorts, EditionPorts } from './doctor-ports.ts';
import { timeLimit } from './time-limit.ts';

/** A relay that is silent for longer is down. */
const answerMs = 8_000;

const dayMs = 24 * 3_600_000;
/** A certificate that ends within these is a warning, or an error. */
const warnDays = 14;
const errorDays = 2;

type Probe = Awaited<ReturnType<DoctorPorts['probeRelay']>>;

type RelayPorts = Pick<DoctorPorts, 'settings' | 'probeRelay' | 'clock'> & {
  /** Undefined if the database cannot be used. */
  readonly editions: Promise<EditionPorts | undefined>;
  readonly slugs: readonly string[];
};

/** Each relay: connection, certificate, login, and whether it takes the heaviest message. */
export function relayChecks(ports: RelayPorts): readonly Check[] {
  return ports.settings.relays.map((relay) => ({
    id: 'relay',
    about: relay.name,
    run: (signal) => checkRelay(relay, { ports, signal }),
  }));
}

async function checkRelay(
  relay: RelayConfig,
  { ports, signal }: { readonly ports: RelayPorts; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  let probe: Probe;
  const limited = timeLimit(signal, answerMs);
  try {
    probe = await ports.probeRelay(relay, limited);
  } catch (error) {
    return [failed(relay, error, limited)];
  }
  return [
    ready(relay, probe),
    ...(probe.certificate === undefined
      ? []
      : [certificateFinding('relay-certificate', relay.name, { ...probe.certificate, now: ports.clock() })]),
    ...(await checkSize(relay, { probe, ports })),
  ];
}

function failed(relay: RelayConfig, error: unknown, signal: AbortSignal): Finding {
  const { error: report } = findingsOf('relay', relay.name);
  const fix = 'Check SMTP_URL and the relay; without it nothing is sent.';
  if (signal.aborted) return report(`The relay ${relay.name} does not answer.`, { fix });
  if (!(error instanceof AppError)) throw error;
  return report(error.message, { fix: error.code === 'RELAY_INSECURE' ? (error.hint ?? fix) : fix });
}

/** Extensions that make sending faster or safer. */
const useful = ['PIPELINING', 'SIZE', '8BITMIME', 'ENHANCEDSTATUSCODES', 'CHUNKING', 'SMTPUTF8'];

function ready(relay: RelayConfig, { encrypted, certificate, extensions }: Probe): Finding {
  const login = relay.auth === undefined ? 'without a login' : 'and takes the login';
  const wire = encrypted
    ? `encrypted with ${certificate?.protocol ?? 'TLS'}`
    : 'unencrypted within this machine';
  const offered = useful.filter((name) => extensions.has(name));
  const offers = offered.length === 0 ? 'no extensions' : offered.join(', ');
  const more = extensions.has('SMTPUTF8')
    ? {}
    : { fix: 'Without SMTPUTF8 it takes no mail to addresses that are not ASCII.' };
  return findingsOf('relay', relay.name).ok(
    `The relay ${relay.name} answers ${login}, ${wire}; it offers ${offers}.`,
    more,
  );
}

/** How long a certificate is still valid. One that is not valid any more never gets here. */
export function certificateFinding(
  id: 'relay-certificate' | 'base-url-certificate',
  about: string,
  { validTo, now }: { readonly validTo: number; readonly now: number },
): Finding {
  const { ok, warning, error } = findingsOf(id, about);
  const days = Math.floor((validTo - now) / dayMs);
  const text = `The certificate of ${about} is valid for ${formatCounted(Math.max(days, 0), 'more day')}, until ${new Date(validTo).toISOString().slice(0, 10)}.`;
  const fix =
    'Renew it; certificates of ACME authorities renew by themselves, so find out why this one did not.';
  if (days < errorDays) return error(text, { fix });
  return days < warnDays ? warning(text, { fix }) : ok(text);
}

async function checkSize(
  relay: RelayConfig,
  { probe, ports }: { readonly probe: Probe; readonly ports: RelayPorts },
): Promise<readonly Finding[]> {
  const { ok, error } = findingsOf('relay-size', relay.name);
  const editions = await ports.editions;
  const all =
    editions === undefined ? [] : await Promise.all(ports.slugs.map((slug) => editions.heaviest(slug)));
  const [heaviest] = all.filter((each) => each !== undefined).toSorted((a, b) => b.bytes - a.bytes);
  if (heaviest === undefined) return [];
  const limit = Number(probe.extensions.get('SIZE') ?? 0);
  const size = formatSize(heaviest.bytes);
  if (!(limit > 0))
    return [
      ok(
        `The relay ${relay.name} states no limit; the heaviest message, of ${heaviest.edition}, has ${size}.`,
      ),
    ];
  if (heaviest.bytes <= limit)
    return [
      ok(
        `The heaviest message, of ${heaviest.edition}, has ${size}; the relay ${relay.name} takes ${formatSize(limit)}.`,
      ),
    ];
  return [
    error(
      `The relay ${relay.name} takes messages of ${formatSize(limit)}, and the heaviest of ${heaviest.edition} has ${size}.`,
      {
        fix: 'Raise the limit (message_size_limit of Postfix), or shorten the edition.',
      },
    ),
  ];
}
