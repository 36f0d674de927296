import type { Problem } from '../../domain/editions/problem.ts';
import { InvalidTemplateError } from './invalid-template.ts';
import type { Colors } from './template-options.ts';

/** Returns the style sheet of an edition's web page, with each colour as a variable: `--panel`. */
export type PageStyle = (colors: { readonly light: Colors; readonly dark: Colors }) => string;

/**
 * Reads the text of a `page.css`.
 *
 * @throws InvalidTemplateError for one that loads something, which the pages' security policy refuses
 */
export function readPageStyle(css: string, file: string): PageStyle {
  const problems = css.split('\n').flatMap((text, index): Problem[] => {
    const [found] = /@import|url\s*\(/iu.exec(text) ?? [];
    if (found === undefined) return [];
    const message = `The style sheet has ${found}; pages load nothing from elsewhere.`;
    return [{ rule: 'style-remote', severity: 'error', message, file, line: index + 1 }];
  });
  if (problems.length > 0) throw new InvalidTemplateError(problems);
  const rules = css
    .replaceAll(/\/\*[\s\S]*?\*\//gu, '')
    .replaceAll(/\n+/gu, '\n')
    .trim();
  return ({ light, dark }) =>
    `:root{${variables(light)}}\n@media (prefers-color-scheme:dark){:root{${variables(dark)}}}\n${rules}\n`;
}

function variables(colors: Colors): string {
  return Object.entries(colors)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
