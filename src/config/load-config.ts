import { toConfig } from './config.ts';
import type { Config } from './config.ts';
import { readEnv } from './read-env.ts';
import type { EnvSources } from './read-env.ts';

/**
 * The config of this process, and warnings on variables that look mistyped.
 *
 * @param env the environment, see `environment.ts`
 * @throws AppError CONFIG_INVALID listing every wrong variable at once.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  sources: EnvSources,
): { readonly config: Config; readonly warnings: readonly string[] } {
  const reading = readEnv(env, sources);
  return { config: toConfig(reading.env, { cwd: sources.cwd }), warnings: reading.warnings };
}
