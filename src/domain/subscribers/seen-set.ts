const firstSize = 1 << 12;

/**
 * Remembers which texts it has seen, by 64-bit hashes: 12 to 32 bytes a text, whatever its length. Two
 * of a million texts are mixed up once in 37 million times, so it may count, but not decide.
 */
export class SeenSet {
  #size = firstSize;
  #slots = new Uint32Array(2 * firstSize);
  #count = 0;

  /** Adds a text; returns true if it is new. */
  add(text: string): boolean {
    const [high, low] = hash(text);
    if (!this.#insert(high, low)) return false;
    this.#count += 1;
    if (this.#count * 3 > this.#size * 2) this.#grow();
    return true;
  }

  #insert(high: number, low: number): boolean {
    let slot = low & (this.#size - 1);
    for (;;) {
      const at = 2 * slot;
      if (this.#slots[at] === 0 && this.#slots[at + 1] === 0) {
        this.#slots[at] = high;
        this.#slots[at + 1] = low;
        return true;
      }
      if (this.#slots[at] === high && this.#slots[at + 1] === low) return false;
      slot = (slot + 1) & (this.#size - 1);
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#size *= 2;
    this.#slots = new Uint32Array(2 * this.#size);
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at] ?? 0;
      const low = old[at + 1] ?? 0;
      if (high !== 0 || low !== 0) this.#insert(high, low);
    }
  }
}

/** Two interleaved multiplicative hashes of the UTF-16 units, finished by mixing; never two zeros. */
function hash(text: string): readonly [high: number, low: number] {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return [high >>> 0 || 1, low >>> 0];
}
