import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { toConfig } from './config.ts';
import type { Config } from './config.ts';
import { packageRoot } from './package-root.ts';
import { readEnv } from './read-env.ts';
import type { EnvSources } from './read-env.ts';

/**
 * Returns the config of this process, and warnings on variables that look mistyped.
 *
 * @param env the environment, see `environment.ts`
 * @throws AppError CONFIG_INVALID listing every wrong variable at once.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  sources: EnvSources,
): { readonly config: Config; readonly warnings: readonly string[] } {
  const reading = readEnv(env, sources);
  const config = toConfig(reading.env, {
    cwd: sources.cwd,
    defaultTemplates: findTemplates(sources.cwd),
    seedPasswords: reading.seedPasswords,
  });
  return { config, warnings: reading.warnings };
}

/** Returns `./templates` if that folder exists, and otherwise the templates of the package. */
function findTemplates(cwd: string): string {
  const own = join(cwd, 'templates');
  return existsSync(own) ? own : join(packageRoot, 'templates');
}
