import { join } from 'node:path';

import type { ComposePorts } from '../app/editions/examine-digest.ts';
import type { ScorableMessage } from '../app/editions/lint-edition.ts';
import type { Config } from '../config/config.ts';
import { packageRoot } from '../config/package-root.ts';
import type { WireBase } from './base.ts';
import { wireLinks } from './links.ts';
import { wireDigestSource } from './publications.ts';
import { sampleOf } from './sample.ts';

/** Renders the samples of the package, wherever the user's own digests are. */
export async function lintTemplateIn(folder: string, config: Config) {
  const [{ lintTemplate }, { createTemplateChecker }] = await Promise.all([
    import('../app/editions/lint-template.ts'),
    import('../render/check-template.ts'),
  ]);
  const samples = wireDigestSource({ ...config, digests: join(packageRoot, 'digests') });
  const { check } = await createTemplateChecker({ folder, templatesDir: config.templates });
  return await lintTemplate({ samples, check });
}

/** What `lint` asks of others. */
interface LintRequest {
  readonly links?: boolean;
  readonly spam?: boolean;
  readonly signal?: AbortSignal;
  /** Called with the reason why a message could not be scored; `missing` if there is no such program. */
  readonly onUnscored?: (why: string) => void;
}

async function scoreSample(message: ScorableMessage, { signal, onUnscored }: LintRequest) {
  const { scoreSpam } = await import('../delivery/message/score-spam.ts');
  const answer = await scoreSpam(sampleOf(message).eml, { signal });
  if (answer.kind === 'scored') return answer.score;
  onUnscored?.(answer.kind === 'missing' ? 'missing' : answer.why);
  return undefined;
}

/** Builds `lint`. */
export function wireLint(base: WireBase, composePorts: () => ComposePorts) {
  const askLinks = wireLinks(base);
  return async (reference: string, options: LintRequest = {}) => {
    const { lintEdition } = await import('../app/editions/lint-edition.ts');
    const { links = false, spam = false, signal } = options;
    return lintEdition(reference, composePorts(), {
      ...(links ? { askLinks: (urls) => askLinks(urls, { signal }) } : {}),
      ...(spam ? { scoreSpam: (message) => scoreSample(message, options) } : {}),
    });
  };
}
