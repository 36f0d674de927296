import { maxHookBytes } from '../../domain/inbound/hook.ts';
import type {
  HookConfig,
  HookProvider,
  HookRequest,
  HookVerdict,
  SnsMessage,
} from '../../domain/inbound/hook.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Log } from '../../log/log.ts';
import type { HookActions, HookAnswer, Hooks } from '../ports/hooks.ts';
import type { Certificates } from '../ports/hooks.ts';
import type { Clock } from '../ports/time.ts';

export interface TakeHookPorts {
  readonly hooks: Pick<Hooks, 'add' | 'backlog'>;
  /** Whether the end of a path is the secret of this provider. */
  readonly isSecret: (provider: HookProvider, text: string) => boolean;
  readonly verify: (
    request: HookRequest,
    check: { readonly keys: readonly string[]; readonly now: EpochMs },
  ) => HookVerdict;
  readonly certificates: Certificates;
  readonly isSignedBySns: (message: SnsMessage, pem: string, now: EpochMs) => boolean;
  /** SHA-256, hexadecimal. */
  readonly hash: (text: string) => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Beyond these, providers are asked to try again later: a flood of requests must not fill the disk. */
const maxWaiting = 20_000;
const maxWaitingBytes = 256 * 1024 * 1024;

/** Requests a minute that are stored before it is known who sent them. */
const maxUnverified = 200;
const unverifiedMs = 60_000;

/** How long the size of the backlog is taken for the same. */
const backlogMs = 1_000;

/** Between two log lines about requests of one provider that are refused for one reason. */
const logEveryMs = 60_000;

/**
 * Takes requests of providers: checks and stores each, and does nothing else, so that the answer takes milliseconds. A
 * worker reads them (`process-hooks.ts`).
 */
export function createHookActions(ports: TakeHookPorts, configs: readonly HookConfig[]): HookActions {
  const { hooks, clock } = ports;
  const refusals = new RefusalLog(ports);
  const isBusy = watchBacklog(ports);
  const unverified = new Budget();
  return {
    find(provider, secret) {
      const config = configs.find((one) => one.provider === provider);
      return config !== undefined && ports.isSecret(config.provider, secret) ? config.provider : undefined;
    },
    async take(request) {
      const { provider, body } = request;
      const now = clock();
      const checked = check(request, ports, { configs, now });
      if (checked.id === undefined) {
        refusals.note(provider, checked.answer);
        return checked.answer;
      }
      if (checked.isUnverified === true && !unverified.take(now)) {
        refusals.note(provider, 'busy');
        return 'busy';
      }
      if (await isBusy()) return 'busy';
      return hooks.add({ provider, fingerprint: ports.hash(`${provider}\n${checked.id}`), body }, { now });
    },
  };
}

type Checked =
  | { readonly id: string; readonly isUnverified?: boolean }
  | { readonly id?: undefined; readonly answer: Exclude<HookAnswer, 'stored' | 'repeated' | 'busy'> };

function check(
  request: HookRequest,
  { verify, certificates, isSignedBySns }: TakeHookPorts,
  { configs, now }: { readonly configs: readonly HookConfig[]; readonly now: EpochMs },
): Checked {
  if (request.body.length > maxHookBytes(request.provider)) return { answer: 'too-large' };
  const keys = configs.find(({ provider }) => provider === request.provider)?.keys ?? [];
  const verdict = verify(request, { keys, now });
  if (verdict.kind === 'refused') return { answer: verdict.why };
  if (verdict.sns === undefined) return verdict;
  const pem = certificates.known(verdict.sns.certificateUrl);
  if (pem === undefined) {
    // The worker checks this one; from the next one on it is known here.
    certificates.get(verdict.sns.certificateUrl).catch(() => {});
    return { id: verdict.id, isUnverified: true };
  }
  return isSignedBySns(verdict.sns, pem, now) ? verdict : { answer: 'wrong-signature' };
}

function watchBacklog({ hooks, clock }: TakeHookPorts): () => Promise<boolean> {
  let readAt = -backlogMs;
  let reading: Promise<boolean> = Promise.resolve(false);
  const read = async () => {
    const { requests, sizeBytes } = await hooks.backlog();
    return requests >= maxWaiting || sizeBytes >= maxWaitingBytes;
  };
  return () => {
    const now = clock();
    if (Math.abs(now - readAt) < backlogMs) return reading;
    readAt = now;
    reading = read();
    // One that failed is read again with the next request.
    reading.catch(() => (readAt = -backlogMs));
    return reading;
  };
}

/** So many in each minute: a stranger who knows path and topic must not fill the inbox of requests. */
class Budget {
  #since = 0;
  #taken = 0;

  take(now: EpochMs): boolean {
    if (now - this.#since >= unverifiedMs) {
      this.#since = now;
      this.#taken = 0;
    }
    this.#taken += 1;
    return this.#taken <= maxUnverified;
  }
}

/** Says in the log what is refused, without a line for each request of a flood. */
class RefusalLog {
  readonly #ports: Pick<TakeHookPorts, 'clock' | 'log'>;
  readonly #loggedAt = new Map<string, EpochMs>();

  constructor(ports: Pick<TakeHookPorts, 'clock' | 'log'>) {
    this.#ports = ports;
  }

  note(provider: HookProvider, why: HookAnswer): void {
    const now = this.#ports.clock();
    const key = `${provider} ${why}`;
    if (now - (this.#loggedAt.get(key) ?? -logEveryMs) < logEveryMs) return;
    this.#loggedAt.set(key, now);
    this.#ports.log.warn({ provider, why }, 'a webhook was refused');
  }
}
