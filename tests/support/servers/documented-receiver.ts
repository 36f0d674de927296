import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from './free-port.ts';

const root = join(import.meta.dirname, '../../..');

/** The receiver that docs/events.md shows, as it is written there but for its port, in a process of its own. */
export class DocumentedReceiver implements AsyncDisposable {
  readonly url: string;
  output = '';
  readonly #child: ChildProcess;
  readonly #file: string;

  private constructor(child: ChildProcess, { port, file }: { readonly port: number; readonly file: string }) {
    this.#child = child;
    this.#file = file;
    this.url = `http://127.0.0.1:${port}`;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  static async start(secret: string): Promise<DocumentedReceiver> {
    const page = readFileSync(join(root, 'docs/events.md'), 'utf8');
    const code = /```js\n([^]*?)```/u.exec(page)?.[1] ?? '';
    const port = await freePort();
    // Beside node_modules, where its import is found.
    const file = join(root, `node_modules/.receiver-${port}.mjs`);
    writeFileSync(file, code.replace('listen(3000)', `listen(${port}, () => console.log('listening'))`));
    const child = spawn(process.execPath, [file], {
      env: { PATH: process.env['PATH'] ?? '', EVENTS_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const receiver = new DocumentedReceiver(child, { port, file });
    while (!receiver.output.includes('listening')) await once(child.stdout ?? child, 'data');
    return receiver;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill();
    await closed;
    rmSync(this.#file);
  }
}
