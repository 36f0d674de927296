import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

const packageJsonPath = findPackageJSON(import.meta.url) ?? '';

/**
 * The folder of package.json, templates and the sample, in a checkout and in an installed package:
 * compiled files are one folder deeper than their sources.
 */
export const packageRoot = dirname(packageJsonPath);

/** Returns the version that package.json states. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageJsonPath, 'utf8')) as { readonly version: string };
  return version;
}
