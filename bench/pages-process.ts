import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const checkout = join(import.meta.dirname, '..');

export interface Answer {
  /** 0 where the connection failed. */
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** `daybrief start` in a process of its own. */
export class PagesProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly home: string;
  #baseUrl = '';

  private constructor(home: string, relayPort: number) {
    this.home = home;
    this.#child = spawn(process.execPath, [join(checkout, 'bin/daybrief.js'), 'start'], {
      cwd: checkout,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        DAYBRIEF_HOME: home,
        SMTP_URL: `smtp://127.0.0.1:${relayPort}`,
        PORT: '0',
        TRUSTED_PROXIES: '127.0.0.1',
        SIGNUPS_OVERALL: '999999999/h',
        LOG_LEVEL: 'error',
      },
    });
  }

  static async start(relayPort: number): Promise<PagesProcess> {
    const started = new PagesProcess(await mkdtemp(join(tmpdir(), 'daybrief-bench-')), relayPort);
    if (started.#child.stderr === null) throw new Error('no stderr');
    for await (const line of createInterface(started.#child.stderr)) {
      const [, url] = /served at (http:\/\/\S+:\d+)/u.exec(line) ?? [];
      if (url === undefined) continue;
      started.#baseUrl = url;
      break;
    }
    started.#child.stderr.resume();
    return started;
  }

  /** One that is old enough for a person to have filled the form in. */
  async stamp(): Promise<string> {
    const response = await fetch(`${this.#baseUrl}/api/stamp`);
    const { stamp } = (await response.json()) as { readonly stamp: string };
    await pause(5_000);
    return stamp;
  }

  /** @param options.network a number that stands for the visitor's network */
  signUp(email: string, options: { readonly stamp: string; readonly network: number }): Promise<Answer> {
    const startedAt = performance.now();
    const { stamp, network } = options;
    const body = JSON.stringify({ publication: 'sample', email, stamp });
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const sent = request(`${this.#baseUrl}/api/subscribe`, {
      method: 'POST',
      // Each reader comes by a connection of their own.
      agent: false,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-forwarded-for': `10.${(network >> 16) & 255}.${(network >> 8) & 255}.${network & 255}`,
      },
    });
    let text = '';
    const answered = (status: number) => resolve({ status, body: text, ms: performance.now() - startedAt });
    sent.on('response', (response) => {
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => answered(response.statusCode ?? 0));
    });
    sent.on('error', () => answered(0));
    sent.end(body);
    return promise;
  }

  async memoryBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) * 1_024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'close');
    await rm(this.home, { recursive: true, force: true });
  }
}
