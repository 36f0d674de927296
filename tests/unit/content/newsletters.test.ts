import { describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import { formatProblem } from '../../../src/domain/editions/problem.ts';
import {
  newsletterDigest,
  newsletterNames,
  newsletterText,
} from '../../support/content/newsletter-fixtures.ts';
import { renderDigest } from '../../support/content/render-digest.ts';

/** What stops those that do not compose: rule and line of each error, and what the first one says to write. */
const rejected: Readonly<Record<string, { readonly errors: readonly string[]; readonly says: string }>> = {
  'hugo-toml': {
    errors: ['!front-matter-foreign 6'],
    says: 'Put "date: 2026-11-23" and "subject: ..." between two "---" lines at the top, and delete these lines.',
  },
  'plain-letter': {
    errors: ['!story-missing 6'],
    says: 'Write a headline above the text where the news begins, on a line of its own: "## The mill turns again".',
  },
  'substack-without-alt': {
    errors: ['!image-alt-missing 10', '!image-alt-file-name 14'],
    says: 'Say between the brackets what it shows: ![Lines down near Tulsa](...).',
  },
  'template-tags': {
    errors: ['!merge-tag 6', '!merge-tag 17'],
    says: 'Daybrief fills in no names: write words that suit every subscriber.',
  },
};

/** Sections of each kind that the others have, and the headline of the lead. */
const composed: Readonly<Record<string, readonly [stories: number, lead: string]>> = {
  'arabic-brief': [4, 'الميناء يعود إلى العمل'],
  'bold-first-lines': [3, 'Solar roofs overtake wind in the valley'],
  'bold-pseudo-headings': [3, 'The library lends drills now'],
  buttondown: [3, 'Floors'],
  'dev-weekly': [5, 'Releases'],
  'emoji-lines': [2, '🚆 Why there are no trains'],
  'events-calendar': [4, 'Wednesday, 25 November'],
  'footnotes-essay': [2, 'Why the bus is always late'],
  'french-letter': [3, "L'écluse n° 12 rouvre"],
  'german-weekly': [4, '14'],
  'ghost-export': [3, 'The comet, finally'],
  'h1-stories': [3, 'Trams will run until two'],
  'h1-title-h2-items': [3, 'The form that asks for your other form'],
  'hard-line-breaks': [3, 'A poem for the first frost'],
  'html-comments': [2, 'Power lines go underground'],
  'hugo-post': [3, 'A hedge is a building'],
  'images-with-captions': [3, 'The swing bridge swings again'],
  'jekyll-post': [3, 'The banking app'],
  'job-listings': [4, 'Jobs in the commons — 25 November'],
  'link-roundup': [3, 'Ports'],
  'nested-lists': [2, 'What the budget says'],
  'notion-export': [3, '📦 The move'],
  'numbered-continuing': [3, 'At home'],
  'obsidian-note': [3, 'Walking'],
  'quote-of-the-week': [4, 'Quote of the week'],
  'raw-html': [2, 'Three barrels, one leak'],
  'reference-links': [3, 'Salt'],
  'rules-between-stories': [3, '🏗️ The crane on Market Square is leaving'],
  'setext-classic': [3, 'Leaves are not rubbish'],
  'setext-dashes-only': [3, 'Storm closes the coast road'],
  'spanish-bulletin': [3, 'El embalse sube'],
  'sponsor-blockquotes': [2, 'Trade fair without traders'],
  'substack-export': [3, 'On repair, patience and glue'],
  'tables-markets': [3, 'Markets at a glance'],
  'task-lists-and-terms': [3, 'Before the long weekend'],
  'trailing-hashes': [3, 'Meeting on 3 December'],
  'twenty-five-stories': [25, '1. Ferry strike ends'],
};

test('forty newsletters are tried, of which four at most do not compose', () => {
  expect([...Object.keys(composed), ...Object.keys(rejected)].toSorted()).toEqual(newsletterNames());
  expect(newsletterNames().length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(rejected).length).toBeLessThanOrEqual(4);
});

describe('a newsletter composes with nothing but front matter added', () => {
  test.each(Object.entries(composed))('%s', async (name, [stories, headline]) => {
    const { problems, words, text, page } = await renderDigest(newsletterDigest(name));
    const { digest } = parseDigest({ text: newsletterDigest(name), file: 'a.md', format: 'markdown' });
    const heads = digest?.sections.filter(({ kind }) => kind === 'lead' || kind === 'brief') ?? [];

    expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
    expect(heads).toHaveLength(stories);
    expect(heads[0]).toMatchObject({ kind: 'lead', headline });
    for (const shown of [words, text, wordsOfPage(page)]) {
      expect(missing(plainWords(newsletterText(name)), shown)).toEqual([]);
    }
  });
});

describe('a newsletter that does not compose says what to write', () => {
  test.each(Object.entries(rejected))('%s', async (name, { errors, says }) => {
    const { problems, html } = await renderDigest(newsletterDigest(name));
    const found = parseDigest({ text: newsletterDigest(name), file: 'a.md', format: 'markdown' }).problems;

    expect(problems.filter((problem) => problem.startsWith('!'))).toEqual(errors);
    expect(html).toBe('');
    if (found.length > 0) expect(found.map(formatProblem).join('\n')).toContain(says);
  });
});

/** The words of the newsletter, in order: without front matter, comments, addresses, tags and attributes. */
function plainWords(source: string): readonly string[] {
  return lettersIn(
    source
      .replace(/^---\n[\s\S]*?^---\n/mu, '')
      .replaceAll(/<!--[\s\S]*?-->|\{[:#.][^}]*\}|```\w*/gu, ' ')
      .replaceAll(/<(https?:[^>]*|[\w.]+@[\w.]+)>/gu, '$1')
      .replaceAll(/<img[^>]*>|<\/?[a-z][^>]*>|&middot;/gu, ' ')
      .replaceAll(/!\[[^\]]*\](?:\([^)]*\)|\[\w*\])/gu, ' ')
      .replaceAll(/^\[\^?\w+\]:.*$/gmu, ' ')
      .replaceAll(/\[\^\w+\]/gu, ' ')
      .replaceAll(/\]\([^)\s]*(?:\s"[^"]*")?\)|\]\[\w+\]/gu, ' ')
      .replaceAll(/- \[[ x]\]/gu, ' ')
      .replaceAll(/^[ \t]*\d+[.)] /gmu, ' '),
  );
}

function wordsOfPage(page: string): string {
  return page.replaceAll(/<[^>]*>/gu, ' ');
}

function lettersIn(text: string): readonly string[] {
  return text.replaceAll('&#x27;', "'").match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The words that are not found behind the one before, in the order in which they are written. */
function missing(expected: readonly string[], shown: string): readonly string[] {
  const words = lettersIn(shown);
  const lost: string[] = [];
  let at = 0;
  for (const word of expected) {
    const found = words.indexOf(word, at);
    if (found === -1) lost.push(word);
    else at = found + 1;
  }
  return lost;
}
