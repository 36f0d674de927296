import type { EditionActions } from '../app/editions/edition-actions.ts';
import type { Config } from '../config/config.ts';
import { readRemoteToken } from '../config/remote-token.ts';
import type { Edition } from '../domain/editions/edition.ts';
import { openRemote } from '../remote/open-remote.ts';
import type { Remote } from '../remote/open-remote.ts';

export type { RemoteReview } from '../remote/approval.ts';
export type { Remote } from '../remote/open-remote.ts';

/** What a step prints of the edition after it. */
export type SteppedEdition = Pick<Edition, 'date' | 'state' | 'revision' | 'publishedAt'>;

type Step = (reference: string) => Promise<SteppedEdition>;

/** What commands do alike on this machine and on another one. */
export interface SharedActions extends Pick<
  Remote,
  'feedbackReasons' | 'outcomes' | 'signupOutcomes' | 'subscribers'
> {
  readonly pause: Step;
  readonly release: Step;
  readonly cancel: Step;
  readonly resume: (
    reference: string,
    options?: Parameters<EditionActions['resume']>[1],
  ) => Promise<SteppedEdition>;
  readonly retry: (
    reference: string,
    reasons: readonly string[],
  ) => Promise<{ readonly edition: SteppedEdition; readonly recipients: number }>;
  readonly schedule: { readonly unschedule: Step };
}

/** Opens the API at `url` with the token that the settings name. Throws AppError USAGE_INVALID, REMOTE_TOKEN_MISSING. */
export function wireRemote(
  config: Config,
  options: { readonly url: string; readonly signal: AbortSignal },
): Remote {
  return openRemote({ ...options, token: readRemoteToken(config) });
}
