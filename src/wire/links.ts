import { join } from 'node:path';

import type { AskLinks } from '../app/ports/link-answers.ts';
import type { Clock } from '../app/ports/time.ts';
import type { Config } from '../config/config.ts';

/** Requests links from this machine; what is good is remembered in DAYBRIEF_HOME. */
export function wireLinks({
  config,
  clock,
}: {
  readonly config: Pick<Config, 'home'>;
  readonly clock: Clock;
}): AskLinks {
  let made: Promise<AskLinks> | undefined;
  const make = async () => {
    const [{ createAskLinks }, { createLinkProbe }, { openLinkAnswers }] = await Promise.all([
      import('../fetch/ask-links.ts'),
      import('../fetch/probe-link.ts'),
      import('../fetch/link-answers-file.ts'),
    ]);
    const known = openLinkAnswers(join(config.home, 'link-answers.json'), clock);
    return createAskLinks({ probe: createLinkProbe(), known });
  };
  return async (urls, options) => (await (made ??= make()))(urls, options);
}
