import { AppError } from '../../errors/app-error.ts';
import type { Certificates } from '../ports/hooks.ts';
import type { FetchPage } from '../ports/inbox.ts';
import type { Clock } from '../ports/time.ts';

/** Amazon uses one certificate in each region, and a new one about once a year. */
const maxKnown = 20;
const maxPending = 4;

/** One that could not be fetched is not asked for again so soon: requests name URLs, and anybody may send requests. */
const pauseMs = 60_000;
const maxFailed = 200;
const maxPemLength = 16_384;

/** Fetches certificates once, each with a single request at a time, and keeps them while the process runs. */
export class SnsCertificates implements Certificates {
  readonly #fetchPage: FetchPage;
  readonly #clock: Clock;
  readonly #known = new Map<string, string>();
  readonly #pending = new Map<string, Promise<string>>();
  readonly #failedAt = new Map<string, number>();

  constructor(ports: { readonly fetchPage: FetchPage; readonly clock: Clock }) {
    this.#fetchPage = ports.fetchPage;
    this.#clock = ports.clock;
  }

  known(url: string): string | undefined {
    return this.#known.get(url);
  }

  async get(url: string): Promise<string> {
    const known = this.#known.get(url);
    if (known !== undefined) return known;
    let pending = this.#pending.get(url);
    if (pending === undefined) {
      this.#refuseTooMany(url);
      pending = this.#fetch(url).finally(() => this.#pending.delete(url));
      this.#pending.set(url, pending);
    }
    return pending;
  }

  #refuseTooMany(url: string): void {
    const failedAt = this.#failedAt.get(url) ?? -pauseMs;
    const isPaused = this.#clock() - failedAt < pauseMs;
    if (!isPaused && this.#pending.size < maxPending) return;
    throw new AppError('FETCH_FAILED', `The certificate ${url} is not asked for again so soon.`);
  }

  async #fetch(url: string): Promise<string> {
    try {
      const { bytes } = await this.#fetchPage(url, { accept: 'application/x-pem-file, text/plain, */*' });
      const pem = Buffer.from(bytes).toString('latin1');
      if (!pem.includes('-----BEGIN CERTIFICATE-----') || pem.length > maxPemLength) {
        throw new AppError('FETCH_FAILED', `${url} answered with something else than a certificate.`);
      }
      forgetOldest(this.#known, maxKnown);
      this.#known.set(url, pem);
      return pem;
    } catch (error) {
      forgetOldest(this.#failedAt, maxFailed);
      this.#failedAt.set(url, this.#clock());
      throw error;
    }
  }
}

/** Makes room for one more entry. */
function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size < max) return;
    map.delete(key);
  }
}
