import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import { hostReach } from '../../domain/host-reach.ts';
import { isLoopback } from '../../domain/sending/relay.ts';
import type { ClockReading, PageFailure } from '../ports/doctor.ts';
import { certificateFinding } from './check-relays.ts';
import type { Check, DoctorPorts, DoctorSecrets } from './doctor-ports.ts';
import { timeLimit } from './time-limit.ts';

type PagePorts = Pick<DoctorPorts, 'settings' | 'askPage' | 'secrets' | 'clock'> & {
  /** Told what the Date header of pages on another machine says. */
  readonly onReading: (reading: ClockReading) => void;
};

/** The pages at a base URL: that they answer, are ours, and take the one-click POST of mail programs. */
export function pageChecks(baseUrl: string, ports: PagePorts): readonly Check[] {
  return [
    {
      id: 'base-url',
      about: baseUrl,
      run: (signal) => checkPages(baseUrl, { ports, signal: timeLimit(signal, answerMs) }),
    },
  ];
}

/** Pages that are silent for longer are down. */
const answerMs = 8_000;

interface Asking {
  readonly ports: PagePorts;
  readonly signal: AbortSignal;
}

async function checkPages(baseUrl: string, asking: Asking): Promise<readonly Finding[]> {
  const { ports, signal } = asking;
  const { ok, error, notChecked } = findingsOf('base-url', baseUrl);
  const secrets = await ports.secrets();
  const place = placeFinding(baseUrl, ports);
  if (secrets === undefined)
    return [place ?? notChecked('There is no secret yet; the first `daybrief start` or `web` makes it.')];
  const url = `${baseUrl}/api/identity/${secrets.challenge}`;
  const sentAt = ports.clock();
  const asked = await ports.askPage(url, { method: 'GET', signal });
  if (asked.kind === 'failed') {
    // On a trial only this machine opens the pages, and they need not run all the time.
    if (place?.state === 'warning') return [place];
    return [...(place === undefined ? [] : [place]), error(...failureText(baseUrl, asked))];
  }
  const { answer } = asked;
  readClock(answer.headers['date'], { baseUrl, sentAt, ports });
  const { certificate } = answer;
  return [
    place ?? ok(`${baseUrl} answers${certificate === undefined ? '' : ` over ${certificate.protocol}`}.`),
    ...(certificate === undefined
      ? []
      : [certificateFinding('base-url-certificate', baseUrl, { ...certificate, now: ports.clock() })]),
    ...(await checkIdentity(baseUrl, { ...asking, secrets, answer })),
  ];
}

/** What is wrong with the address itself. Links in mail and the one-click POST of RFC 8058 need https and the world. */
function placeFinding(baseUrl: string, { settings }: PagePorts): Finding | undefined {
  const { warning, error } = findingsOf('base-url', baseUrl);
  const { hostname, protocol } = new URL(baseUrl);
  const reach = hostReach(hostname);
  const isTrial = settings.relays.every(({ host }) => isLoopback(host));
  if (reach !== 'world') {
    const who = reach === 'machine' ? 'only this machine' : 'only machines in the same network';
    const report = isTrial ? warning : error;
    return report(`Links in mail begin with ${baseUrl}, which ${who} can open.`, {
      fix: 'Set BASE_URL to the public https address of the pages.',
    });
  }
  if (protocol === 'https:') return undefined;
  return error(
    `BASE_URL ${baseUrl} is not https, so the unsubscribe button of mail programs does not work.`,
    {
      fix: 'Serve the pages by https and set BASE_URL to that address.',
    },
  );
}

const failures: Readonly<Record<PageFailure, readonly [says: string, fix: string]>> = {
  'unknown-host': ['its host name is not in the DNS', 'Publish its address, or correct BASE_URL.'],
  refused: [
    'nothing listens there',
    'Start `daybrief start` or `web`, and the reverse proxy in front of it.',
  ],
  timeout: [
    'it does not answer',
    'Check firewall and reverse proxy; from here the address cannot be reached.',
  ],
  certificate: [
    'its certificate is not valid',
    'Renew it, for this very host name and with its intermediate certificates.',
  ],
  broken: ['it ends the connection without an answer', 'Check the reverse proxy and its log.'],
};

function failureText(
  baseUrl: string,
  { why, said }: { readonly why: PageFailure; readonly said: string },
): [string, { readonly fix: string }] {
  const [says, fix] = failures[why];
  const detail = why === 'certificate' ? ` (${said})` : '';
  return [`The pages at ${baseUrl} cannot be opened: ${says}${detail}.`, { fix }];
}

function readClock(
  date: string | undefined,
  {
    baseUrl,
    sentAt,
    ports,
  }: { readonly baseUrl: string; readonly sentAt: number; readonly ports: PagePorts },
): void {
  const theirs = Date.parse(date ?? '');
  const { hostname } = new URL(baseUrl);
  if (Number.isNaN(theirs) || hostReach(hostname) === 'machine') return;
  // The header has whole seconds, and was written between both moments.
  const ours = (sentAt + ports.clock()) / 2;
  ports.onReading({ source: `the Date header of ${baseUrl}`, aheadMs: ours - (theirs + 500) });
}

interface Identified extends Asking {
  readonly secrets: DoctorSecrets;
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: string;
  };
}

async function checkIdentity(
  baseUrl: string,
  { secrets, answer, ...asking }: Identified,
): Promise<readonly Finding[]> {
  const { ok, error } = findingsOf('base-url-identity', baseUrl);
  const { status, headers, body } = answer;
  if (status >= 300 && status < 400) {
    return [
      error(
        `${baseUrl} redirects to ${headers['location'] ?? 'another address'}, and a redirected unsubscribe request does nothing.`,
        {
          fix: 'Set BASE_URL to the address at the end of the redirects.',
        },
      ),
    ];
  }
  const identity = readIdentity(body);
  if (status !== 200 || identity === undefined) {
    return [
      error(`What answers at ${baseUrl} is not these pages (status ${status}).`, {
        fix: 'Point the reverse proxy at HOST and PORT of `daybrief start` or `web`, with every path; an older Daybrief there has to be updated.',
      }),
    ];
  }
  if (!secrets.isOurs(identity)) {
    return [
      error(
        `The pages at ${baseUrl} have another secret, so links in mail that is sent from here do not work there.`,
        {
          fix: 'Give all processes the same DAYBRIEF_SECRET, or the same file `secret` in DAYBRIEF_HOME.',
        },
      ),
    ];
  }
  return [
    ok(`${baseUrl} serves the pages of this installation.`),
    await checkOneClick(baseUrl, { secrets, ...asking }),
  ];
}

function readIdentity(body: string): string | undefined {
  try {
    const value = JSON.parse(body) as { readonly daybrief?: unknown } | null;
    return typeof value?.daybrief === 'string' ? value.daybrief : undefined;
  } catch {
    return undefined;
  }
}

/** The POST of RFC 8058 section 3.2, with a valid token that belongs to no subscriber. */
async function checkOneClick(
  baseUrl: string,
  { secrets, ports, signal }: Asking & { readonly secrets: DoctorSecrets },
): Promise<Finding> {
  const { ok, error } = findingsOf('one-click', baseUrl);
  const asked = await ports.askPage(`${baseUrl}/unsubscribe/${secrets.unsubscribeToken}`, {
    method: 'POST',
    body: 'List-Unsubscribe=One-Click',
    signal,
  });
  const fix = 'Let the reverse proxy pass POST to /unsubscribe/ without a challenge, a cookie or a redirect.';
  if (asked.kind === 'failed')
    return error(`The one-click unsubscribe POST to ${baseUrl} gets no answer: ${failures[asked.why][0]}.`, {
      fix,
    });
  const { status } = asked.answer;
  if (status >= 200 && status < 300) return ok(`One-click unsubscribing works at ${baseUrl}.`);
  return error(`The one-click unsubscribe POST to ${baseUrl} is answered with the status ${status}.`, {
    fix,
  });
}
