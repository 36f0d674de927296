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
  readonly #failures = new Map<string, { readonly at: number; readonly error: unknown }>();

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
    const failure = this.#failures.get(url);
    if (failure !== undefined && this.#clock() - failure.at < pauseMs) throw failure.error;
    if (this.#pending.size < maxPending) return;
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
      forgetOldest(this.#failures, maxFailed);
      this.#failures.set(url, { at: this.#clock(), error });
      throw error;
    }
  }
}

/** Whether Amazon answered that it has no such certificate: a message that names it is not of Amazon. */
export function isMissingCertificate(error: unknown): boolean {
  const { cause } = error as { readonly cause?: { readonly status?: number } };
  return [403, 404, 410].includes(cause?.status ?? 0);
}

/** Makes room for one more entry. */
function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size < max) return;
    map.delete(key);
  }
}
