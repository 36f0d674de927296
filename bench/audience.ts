import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runScript } from './measure.ts';
import type { Measurement, Sink } from './measure.ts';

const sessions = 20;

/** One edition to a whole audience. */
export interface SentAudience extends Measurement {
  /** Bringing the recipients in, with the start of the process that does it. */
  readonly importSeconds: number;
  /** The database file afterwards. */
  readonly sizeBytes: number;
}

/** Imports so many recipients into an empty database, then publishes and sends the sample edition to them, embedded. */
export async function sendToAudience(sink: Sink, recipients: number): Promise<SentAudience> {
  const home = mkdtempSync(join(tmpdir(), 'daybrief-audience-'));
  try {
    const takenBefore = await sink.taken();
    const startedAt = performance.now();
    await runScript('senders/prepare.ts', [home, String(recipients)]);
    const importSeconds = (performance.now() - startedAt) / 1_000;
    const args = [sink.port, recipients, sessions].map(String);
    const sent = await runScript<Measurement>('senders/daybrief.ts', [...args, home]);
    const taken = (await sink.taken()) - takenBefore;
    if (taken !== recipients) throw new Error(`${taken} of ${recipients} messages arrived`);
    return { ...sent, importSeconds, sizeBytes: statSync(join(home, 'daybrief.db')).size };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
