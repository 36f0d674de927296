import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import { AppError } from '../errors/app-error.ts';
import { requireMjml } from './require-mjml.ts';

/** MJML to HTML. Throws AppError TEMPLATE_INVALID for MJML with any mistake. */
export type MjmlToHtml = (mjml: string) => Promise<string>;

/**
 * Imports MJML, which on import runs code that a `.mjmlconfig` in the current directory names; where
 * there is such a file nothing is imported.
 *
 * @throws AppError CONFIG_MJML_PRESENT
 */
export async function importMjml(directory: string = process.cwd()): Promise<MjmlToHtml> {
  refuseConfig(directory);
  const mjmlToHtml = requireMjml();
  return async (mjml) => {
    try {
      const { html } = await mjmlToHtml(mjml, {
        validationLevel: 'strict',
        keepComments: false,
        ignoreIncludes: true,
        // MJML imports a web font wherever one of its names is in a font list, and "Roboto" is in ours.
        fonts: {},
        minify: false,
        beautify: false,
      });
      return html;
    } catch (error) {
      const why = error instanceof Error ? error.message.replaceAll(/\s+/gu, ' ') : 'unknown error';
      throw new AppError('TEMPLATE_INVALID', `MJML refuses what the template made: ${why}`, { cause: error });
    }
  };
}

/** @throws AppError CONFIG_MJML_PRESENT where importing MJML would run code */
export function refuseConfig(directory: string = process.cwd()): void {
  const path = resolve(directory, '.mjmlconfig');
  // MJML also takes a current directory of that name for the file itself.
  if (!existsSync(path) && !/^\.mjmlconfig(\.js)?$/u.test(basename(directory))) return;
  throw new AppError('CONFIG_MJML_PRESENT', `MJML would run code that ${path} names.`, {
    hint: 'Remove the file, or start Daybrief in another directory.',
  });
}
