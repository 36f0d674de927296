import { isStandardSecret } from './hook-list.ts';

/** Secrets of Standard Webhooks with which events are signed, newest first. */
export interface EventSecrets {
  /** For endpoints without one of their own. */
  readonly all: readonly string[];
  readonly byEndpoint: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads `whsec_..., shop=whsec_...`: secrets for all endpoints, and those of endpoints by name. What is named twice has
 * both, while one replaces the other.
 *
 * @returns the secrets; undefined if any part is neither
 */
export function parseEventSecrets(text: string): EventSecrets | undefined {
  const all: string[] = [];
  const byEndpoint = new Map<string, readonly string[]>();
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [, name, secret = ''] = /^(?:([a-z\d][a-z\d-]{0,62})\s*=)?\s*(whsec_.+)$/u.exec(part) ?? [];
    if (!isStandardSecret(secret)) return undefined;
    if (name === undefined) all.push(secret);
    else byEndpoint.set(name, [...(byEndpoint.get(name) ?? []), secret]);
  }
  return { all, byEndpoint };
}
