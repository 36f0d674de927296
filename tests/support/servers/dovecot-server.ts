import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { programOf, requireRoot } from './postfix.ts';

/** The account nobody of Debian. */
const nobody = 65_534;

/** A Dovecot of its own, with one mailbox in a Maildir, on a free port of the loopback. */
export class DovecotServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #delivered = 0;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async create(): Promise<DovecotServer> {
    requireRoot();
    const folder = mkdtempSync(join(tmpdir(), 'daybrief-dovecot-'));
    chmodSync(folder, 0o755);
    const folders = ['mail', 'mail/.Junk', 'mail/.Reading'];
    const parts = ['', '/new', '/cur', '/tmp'];
    for (const name of folders.flatMap((at) => parts.map((part) => `${at}${part}`))) {
      mkdirSync(join(folder, name));
      chownSync(join(folder, name), nobody, nobody);
    }
    const server = new DovecotServer(folder, await freePort());
    writeFileSync(join(folder, 'dovecot.conf'), server.#configuration());
    await server.start();
    return server;
  }

  get url(): string {
    return `imap://bounces:secret%2Fword@127.0.0.1:${this.port}/INBOX`;
  }

  /** Puts a message into the inbox or another folder, as a mail server does. */
  deliver(raw: string | Buffer, folder: 'INBOX' | 'Junk' | 'Reading' = 'INBOX'): void {
    this.#delivered += 1;
    const path = join(
      this.#folder,
      folder === 'INBOX' ? 'mail/new' : `mail/.${folder}/new`,
      `${Date.now()}.${this.#delivered}.host`,
    );
    writeFileSync(path, raw);
    chownSync(path, nobody, nobody);
  }

  /** Messages that are marked as seen. */
  get seen(): number {
    return readdirSync(join(this.#folder, 'mail/cur')).filter((name) => /:2,[A-R]*S/u.test(name)).length;
  }

  async start(): Promise<void> {
    const conf = join(this.#folder, 'dovecot.conf');
    this.#process = spawn(programOf('dovecot'), ['-F', '-c', conf], { stdio: 'ignore' });
    await until('Dovecot greets', () => greets(this.port));
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #configuration(): string {
    const at = (name: string) => join(this.#folder, name);
    return `base_dir = ${at('run')}
state_dir = ${at('state')}
log_path = ${at('log')}
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = dovecot
mail_location = maildir:${at('mail')}
namespace inbox {
  inbox = yes
  mailbox Junk {
    special_use = \\Junk
  }
}
first_valid_uid = 1
passdb {
  driver = static
  args = password=secret/word
}
userdb {
  driver = static
  args = uid=${nobody} gid=${nobody} home=${at('mail')}
}
service anvil {
  # A refused login delays no later one.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  inet_listener imap {
    port = ${this.port}
  }
}
`;
  }
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString('latin1').startsWith('* OK');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
