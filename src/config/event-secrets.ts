import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { AppError } from '../errors/app-error.ts';
import type { Config } from './config.ts';
import { parseEventSecrets } from './event-secret-list.ts';
import type { EventSecrets } from './event-secret-list.ts';
import { makeHome } from './make-folder.ts';
import { keepSecret, readIfPresent } from './secret.ts';

/**
 * Returns the secrets from EVENTS_SECRET, otherwise from the file `events-secret` in DAYBRIEF_HOME; none if there is
 * neither.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE if the file does not contain secrets
 */
export function readEventSecrets(config: Pick<Config, 'home' | 'events'>): EventSecrets {
  const { all, byEndpoint } = config.events.secrets;
  if (all.length > 0 || byEndpoint.size > 0) return config.events.secrets;
  const path = pathOf(config);
  const text = readIfPresent(path);
  if (text === undefined) return { all, byEndpoint };
  const secrets = parseEventSecrets(text);
  if (secrets !== undefined) return secrets;
  throw new AppError('CONFIG_SECRET_UNUSABLE', `The file ${path} does not contain secrets, whsec_...`, {
    hint: 'Each is whsec_ and the base64 of at least 16 octets; commas separate several.',
  });
}

/** The same, and makes the file with mode 0600 if there is no secret yet. */
export function makeEventSecrets(config: Pick<Config, 'home' | 'events'>): EventSecrets {
  const secrets = readEventSecrets(config);
  if (secrets.all.length > 0 || secrets.byEndpoint.size > 0) return secrets;
  makeHome(config.home);
  keepSecret(pathOf(config), `whsec_${randomBytes(32).toString('base64')}`);
  return readEventSecrets(config);
}

/** The key of the HMAC: what follows the prefix, decoded. */
function keyOf(secret: string): Uint8Array {
  return Buffer.from(secret.slice('whsec_'.length), 'base64');
}

export function keysFor({ all, byEndpoint }: EventSecrets, endpoint: string): readonly Uint8Array[] {
  return (byEndpoint.get(endpoint) ?? all).map(keyOf);
}

function pathOf({ home }: Pick<Config, 'home'>): string {
  return join(home, 'events-secret');
}
