import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { lintDigest } from '../../../src/content/lint-digest.ts';
import { parseDigest } from '../../../src/content/parse-digest.ts';
import type { Problem } from '../../../src/domain/editions/problem.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { renderSample } from './render-sample.ts';
import { samplePublication } from './sample-publication.ts';

export interface RenderedDigest {
  /** Rule and line of each problem: `markup-link 9`; those that block the edition with a `!` in front. */
  readonly problems: readonly string[];
  /** Empty if the edition is blocked. */
  readonly html: string;
  readonly text: string;
  readonly page: string;
  /** The words that the email shows, in order. */
  readonly words: string;
}

const images = ['images/logo.png', 'images/a.png'].map((src) => ({
  src,
  url: `https://news.example.org/${src}`,
  width: 320,
  height: 160,
}));

/** Parses, lints and renders a Markdown digest of 2026-11-25, at six in the morning in Chicago. */
export async function renderDigest(
  text: string,
  changes: Partial<Publication> = {},
): Promise<RenderedDigest> {
  const publication = { ...samplePublication, ...changes };
  const { digest, draft, problems } = parseDigest({ text, file: 'a.md', format: 'markdown' });
  const checked = digest ?? draft;
  const all = [...problems, ...(checked ? lintDigest({ digest: checked, publication, file: 'a.md' }) : [])];
  const places = all.filter(({ severity }) => severity !== 'note').map(formatRule);
  if (digest === undefined || all.some(({ severity }) => severity === 'error')) {
    return { problems: places, html: '', text: '', page: '', words: '' };
  }
  const sendAt = new Date('2026-11-25T12:00:00Z');
  const { html, text: plain, edition } = await renderSample({ digest, publication, sendAt, images });
  return {
    problems: [...places, ...edition.problems.map(formatRule)],
    html,
    text: plain.replaceAll('\r\n', '\n'),
    page: edition.page.html,
    words: wordsOf(html),
  };
}

function formatRule({ rule, severity, line = 0 }: Problem): string {
  return `${severity === 'error' ? '!' : ''}${rule} ${line}`;
}

/** A digest of one story that begins on line 8. */
export function storyWith(body: string, headline = 'A headline'): string {
  return `---\ndate: 2026-11-25\nsubject: A subject line\n---\nHi.\n\n## ${headline}\n${body}\n`;
}

export function fixtureDigest(name: string): string {
  return readFileSync(join(import.meta.dirname, `../../fixtures/digests/${name}.md`), 'utf8');
}

/** Text of the body without markup, comments and hidden parts, every run of blanks as one. */
function wordsOf(html: string): string {
  return html
    .slice(html.indexOf('role="main"'))
    .replaceAll(/<!--[\s\S]*?-->|<[^>]*>/gu, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&middot;', '·')
    .replaceAll(/ +(?=[.,])/gu, '')
    .replaceAll('&amp;', '&')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/gu, ' ');
}
