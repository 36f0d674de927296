/**
 * Encodes the subscriber ids of one batch, ascending, as differences in base-128 varints: about one octet
 * for each. This freezes an edition's exact audience, in a megabyte for a million recipients, before a single
 * ledger row exists.
 */
export function encodeSubscriberIds(ids: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let previous = 0;
  for (const id of ids) {
    let rest = id - previous;
    if (rest <= 0) throw new RangeError('subscriber ids must be positive and ascending');
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
    previous = id;
  }
  return Uint8Array.from(bytes);
}

/** @throws RangeError if the bytes end in the middle of a number. */
export function decodeSubscriberIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  let previous = 0;
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    if (byte >= 0x80) {
      scale *= 0x80;
      continue;
    }
    previous += value;
    ids.push(previous);
    value = 0;
    scale = 1;
  }
  if (scale !== 1) throw new RangeError('the list of subscriber ids is truncated');
  return ids;
}
