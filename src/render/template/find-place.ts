import type { Problem } from '../../domain/editions/problem.ts';
import type { Template } from './load-templates.ts';
import { fileAround } from './trace.ts';
import type { Trace } from './trace.ts';

/** What the file that causes a problem has in its source, by the first word of the rule. */
const causes: Readonly<Record<string, RegExp>> = {
  contrast: /color:|color="/u,
  link: /<a\b/u,
  image: /<img\b/u,
  heading: /<h\d/u,
};

/**
 * Adds the file of a template to a problem of what it made, and the line where only one can be meant. The problem
 * has the main file, such as `edition.mjml.hbs`; found is a partial of it.
 */
export function findPlace(problem: Problem, template: Template, trace: Trace): Problem {
  const { file: main = 'edition.mjml.hbs', rule, message } = problem;
  const whole = { ...problem, file: template.file(main) };
  const [, named] = /the (?:property|attribute|element) ([\w-]+)/u.exec(message) ?? [];
  if (named !== undefined) {
    const pattern = new RegExp(`(?<![\\w-])${named}(?![\\w-])`, 'u');
    const extension = main.slice(main.indexOf('.'));
    const [file] =
      [...template.sources].find(([path, text]) => path.endsWith(extension) && pattern.test(text)) ?? [];
    return file === undefined ? whole : withLine({ ...problem, file }, template, pattern);
  }
  const cause = causes[rule.split('-')[0] ?? ''];
  const words = wordsOf(message);
  if (main !== 'edition.mjml.hbs' || cause === undefined || words === undefined) return whole;
  const file = fileAround(trace, words, (path) => cause.test(template.sources.get(path) ?? ''));
  return file === undefined ? whole : withLine({ ...problem, file }, template, cause);
}

function withLine(
  problem: Problem & { readonly file: string },
  template: Template,
  pattern: RegExp,
): Problem {
  const lines = template.sources.get(problem.file)?.split('\n') ?? [];
  const matching = lines.flatMap((text, index) => (pattern.test(text) ? [index + 1] : []));
  const [line] = matching;
  return line === undefined || matching.length > 1 ? problem : { ...problem, line };
}

/** An address in a message, or the longest run of plain letters in what it quotes: templates escape the rest. */
function wordsOf(message: string): string | undefined {
  const [address] = /https?:\/\/[^\s"&]+/u.exec(message) ?? [];
  if (address !== undefined) return address;
  const [, quoted = ''] = /"((?:[^"\\]|\\.)+)"/u.exec(message) ?? [];
  const [longest = ''] = quoted.split(/[^\p{L}\p{N} .,:]+/u).toSorted((a, b) => b.length - a.length);
  return longest.trim() === '' ? undefined : longest.trim();
}
