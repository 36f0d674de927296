import type { PooledSession } from '../../../src/delivery/smtp/pooled-session.ts';
import { Relays } from '../../../src/delivery/smtp/relays.ts';
import type { RelayEvent, RelaysOptions } from '../../../src/delivery/smtp/relays.ts';
import type { RelayConfig } from '../../../src/domain/sending/relay.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import type { Log } from '../../../src/log/log.ts';
import { messageTo } from './smtp-client.ts';

/** Never aborts. */
export const patient = new AbortController().signal;
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** Quick to lose and regain trust, and with all its events at hand. */
export function relaysTo(
  relays: readonly RelayConfig[],
  options: Partial<RelaysOptions> = {},
): Relays & { readonly events: RelayEvent[] } {
  const events: RelayEvent[] = [];
  const made = new Relays({
    relays,
    log: silent,
    ehloNames: ['news.example.org'],
    breaker: { minMs: 20, maxMs: 80 },
    onTrouble: (event) => events.push(event),
    ...options,
  });
  return Object.assign(made, { events });
}

export async function takeOne(relays: Relays): Promise<PooledSession> {
  const [session] = await relays.acquire(1, patient);
  if (session === undefined) throw new Error('no lane');
  return session;
}

/** Sends to everybody on as many lanes as there are, one after another on each. */
export async function sendAll(
  relays: Relays,
  recipients: readonly string[],
): Promise<Map<string, SmtpAnswer>> {
  const answers = new Map<string, SmtpAnswer>();
  const waiting = [...recipients];
  const sending: Promise<void>[] = [];
  while (waiting.length > 0) {
    for (const session of await relays.acquire(waiting.length, patient)) {
      const to = waiting.shift();
      if (to === undefined) throw new Error('more lanes than asked for');
      sending.push(session.send(messageTo(to)).then((answer) => void answers.set(to, answer)));
    }
  }
  await Promise.all(sending);
  return answers;
}

export function recipients(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `p${index}@example.org`);
}

/** Which kinds of answer occur. */
export function kindsOf(answers: ReadonlyMap<string, SmtpAnswer>): string[] {
  return [...new Set([...answers.values()].map(({ kind }) => kind))];
}
