import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { programOf } from './postfix.ts';

/** Postgrey for `check_policy_service inet:127.0.0.1:<port>`, with a memory of its own. It ends with this process. */
export class PostgreyServer {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;
  #waits = 0;

  private constructor(place: {
    readonly port: number;
    readonly folder: string;
    readonly process: ChildProcess;
  }) {
    this.port = place.port;
    this.#folder = place.folder;
    this.#process = place.process;
  }

  /** @param options.action what Postfix answers, in words of access(5); Postgrey's default is DEFER_IF_PERMIT */
  static async create(options: {
    readonly delaySeconds: number;
    readonly action?: string;
  }): Promise<PostgreyServer> {
    const folder = mkdtempSync(join(tmpdir(), 'daybrief-postgrey-'));
    mkdirSync(join(folder, 'db'));
    const nobodyListed = join(folder, 'whitelist');
    writeFileSync(nobodyListed, '');
    const port = await freePort();
    const settings = [
      `--inet=127.0.0.1:${port}`,
      `--dbdir=${join(folder, 'db')}`,
      `--delay=${options.delaySeconds}`,
      `--whitelist-clients=${nobodyListed}`,
      `--whitelist-recipients=${nobodyListed}`,
      '--auto-whitelist-clients=0',
      '--user=root',
      '--group=root',
      ...(options.action === undefined ? [] : [`--greylist-action=${options.action}`]),
    ];
    const script = 'trap : HUP INT TERM; "$@" & server=$!; cat; kill -TERM $server; wait $server';
    const command = ['-c', script, 'sh', programOf('postgrey'), ...settings];
    const process = spawn('/bin/sh', command, { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await until('Postgrey listens', () => listens(port));
    return new PostgreyServer({ port, folder, process });
  }

  /**
   * Waits until Postgrey's delay is over for all that it has refused so far: a triplet of its own, which is new to it
   * now, passes no earlier. Postgrey counts real seconds.
   */
  async waitOutDelay(): Promise<void> {
    this.#waits += 1;
    const recipient = `wait${this.#waits}@example.org`;
    await until('Postgrey lets a new triplet pass', async () =>
      /^action=(?:dunno|prepend)/imu.test(await this.#ask(recipient)),
    );
  }

  /** One request of Postfix's policy protocol, and its answer. */
  async #ask(recipient: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      const attributes = {
        request: 'smtpd_access_policy',
        protocol_state: 'RCPT',
        protocol_name: 'SMTP',
        client_address: '192.0.2.1',
        client_name: 'wait.example.org',
        sender: 'wait@example.org',
        recipient,
      };
      const lines = Object.entries(attributes).map(([name, value]) => `${name}=${value}\n`);
      socket.write(`${lines.join('')}\n`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      return answer.toString('utf8');
    } finally {
      socket.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
