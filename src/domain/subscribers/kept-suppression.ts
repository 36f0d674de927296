/** A suppression that no user reverts. */
export interface KeptSuppression {
  /** Canonical. */
  readonly address: string;
  /** `erased`, `complaint`. */
  readonly reason: string;
}

const becauses: Readonly<Record<string, string>> = {
  erased: 'its data were erased.',
  complaint: 'its owner reported mail as spam.',
};

/** Says why a suppression stays. */
export function staysSuppressed({ address, reason }: KeptSuppression): string {
  const why = Object.hasOwn(becauses, reason) ? becauses[reason] : undefined;
  return `${address} stays suppressed: ${why ?? reason}`;
}

/** Reads what `staysSuppressed` says; undefined for another sentence. */
export function readKeptSuppression(sentence: string): KeptSuppression | undefined {
  const [, address, why] = /^(\S+) stays suppressed: (.+)$/su.exec(sentence) ?? [];
  if (address === undefined || why === undefined) return undefined;
  const known = Object.entries(becauses).find(([, text]) => text === why);
  return { address, reason: known?.[0] ?? why };
}
