import type { Config } from '../config/config.ts';
import { readRemoteToken } from '../config/remote-token.ts';
import { openRemote } from '../remote/open-remote.ts';
import type { Remote } from '../remote/open-remote.ts';

export type { Remote, SteppedEdition } from '../remote/open-remote.ts';
export type { ListedRemotely, RemoteStatus } from '../remote/status.ts';

/** What commands do alike on this machine and on another one. */
export type SharedActions = Pick<
  Remote,
  | 'cancel'
  | 'feedbackReasons'
  | 'outcomes'
  | 'pause'
  | 'release'
  | 'resume'
  | 'retry'
  | 'schedule'
  | 'signupOutcomes'
  | 'subscribers'
>;

/** Opens the API at `url` with the token that the settings name. Throws AppError USAGE_INVALID, REMOTE_TOKEN_MISSING. */
export function wireRemote(
  config: Config,
  options: { readonly url: string; readonly signal: AbortSignal },
): Remote {
  return openRemote({ ...options, token: readRemoteToken(config) });
}
