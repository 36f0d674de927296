import type { Source } from './read-attributes.ts';

export interface FrontMatter {
  /** Between the `---` line and the next one, or `...`, line ends included; absent without them. */
  readonly yaml?: string;
  readonly yamlOffset: number;
  /** Where the text after the closing line begins. */
  readonly bodyOffset: number;
}

const example =
  'Begin the file with "---", "date: 2026-11-23", "subject: ..." and "---", each on its own line.';

/** Finds the front matter at the top of a Markdown digest, and reports it if missing. */
export function splitFrontMatter({ text, at, report }: Source): FrontMatter {
  // Blank lines above it are a slip.
  const opening = /^(?:[ \t]*\n)*---[ \t]*(?:\n|$)/.exec(text);
  if (opening === null) {
    if (toml.test(text)) {
      reportSecond(text.search(/\S/), { text, at, report }, 'The front matter is TOML, between "+++" lines.');
      return { yamlOffset: 0, bodyOffset: 0 };
    }
    const begins =
      text.trim() === '' ? 'The digest is empty.' : 'The digest does not begin with front matter.';
    report.error({ rule: 'front-matter-missing', message: begins, hint: example, at: at(0) });
    return { yamlOffset: 0, bodyOffset: 0 };
  }
  const yamlOffset = opening[0].length;
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\n|$)/m.exec(text.slice(yamlOffset));
  if (closing === null) {
    report.error({
      rule: 'front-matter-unclosed',
      message: 'The front matter that begins here has no closing "---" line.',
      hint: example,
      at: at(0),
    });
    return { yamlOffset, bodyOffset: yamlOffset };
  }
  const bodyOffset = yamlOffset + closing.index + closing[0].length;
  const body = text.slice(bodyOffset);
  if (toml.test(body) || second.test(body)) {
    const what = 'Found a second front matter, which would be shown as text.';
    reportSecond(bodyOffset + body.search(/\S/), { text, at, report }, what);
  }
  return { yaml: text.slice(yamlOffset, yamlOffset + closing.index), yamlOffset, bodyOffset };
}

/** Hugo's. */
const toml = /^\s*\+\+\+[ \t]*\n(?:[^\n]*\n){0,100}?\+\+\+[ \t]*(?:\n|$)/;
/** Keys between `---` lines. */
const second = /^\s*---[ \t]*\n(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t-][^\n]*\n)*){1,100}---[ \t]*(?:\n|$)/;

function reportSecond(offset: number, { at, report }: Source, message: string): void {
  report.error({
    rule: 'front-matter-foreign',
    message,
    hint: 'Put "date: 2026-11-23" and "subject: ..." between two "---" lines at the top, and delete these lines.',
    at: at(offset),
  });
}
