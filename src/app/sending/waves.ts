import { waveAt, waveExpiresAt } from '../../domain/editions/local-time.ts';
import type { LocalSend } from '../../domain/editions/local-time.ts';
import type { Claim, Recipient } from '../../domain/sending/ledger.ts';
import { isZone, offsetsOf } from '../zones.ts';

/** Those of a batch whose time of day has come, and what is known of the others. */
export interface Wave {
  readonly recipients: readonly Recipient[];
  /** When the next of those who were left out is to be looked at; absent where nobody was. */
  readonly nextAt?: number | undefined;
  /** After this a delivery to that person is neither begun nor tried again. */
  readonly expiresAt: (recipient: Recipient) => number;
}

/** docs/decisions/009. Everybody at once, or, of an edition that goes by local time, those whose wave it is. */
export function takeWave(recipients: readonly Recipient[], claim: Claim, now: number): Wave {
  const { local, expiresAt } = claim;
  if (local === null) return { recipients, expiresAt: () => expiresAt };
  const waveOf = createWaves(local);
  const expiryOf = (recipient: Recipient) => waveExpiresAt(local, waveOf(recipient));
  const due: Recipient[] = [];
  let nextAt: number | undefined;
  for (const recipient of recipients) {
    const wave = waveOf(recipient);
    if (wave <= now && now < expiryOf(recipient)) {
      due.push(recipient);
      continue;
    }
    // Whoever has expired is settled with the edition.
    const at = wave > now ? wave : expiresAt;
    nextAt = Math.min(nextAt ?? at, at);
  }
  return { recipients: due, nextAt, expiresAt: expiryOf };
}

/** Readers share a few dozen zones, and looking one up costs as much as sending a message. */
export function createWaves(local: LocalSend): (reader: { readonly timeZone: string | null }) => number {
  const known = new Map<string, number>();
  return ({ timeZone }) => {
    const name = timeZone ?? local.timeZone;
    let wave = known.get(name);
    if (wave === undefined) {
      // A zone that time zone data have dropped since costs nobody their edition.
      wave = waveAt(local, offsetsOf(isZone(name) ? name : local.timeZone));
      known.set(name, wave);
    }
    return wave;
  };
}
