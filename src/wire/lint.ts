import { join } from 'node:path';

import { lintTemplate } from '../app/editions/lint-template.ts';
import type { Config } from '../config/config.ts';
import { packageRoot } from '../config/package-root.ts';
import { createTemplateChecker } from '../render/check-template.ts';
import { wireDigestSource } from './publications.ts';

/** Renders the samples of the package, wherever the user's own digests are. */
export async function lintTemplateIn(folder: string, config: Config) {
  const samples = wireDigestSource({ ...config, digests: join(packageRoot, 'digests') });
  const { check } = await createTemplateChecker({ folder });
  return await lintTemplate({ samples, check });
}
