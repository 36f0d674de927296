import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../fixtures/newsletters');

/** Their names without `.md`: newsletters as their authors write them for other systems. */
export function newsletterNames(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -3))
    .toSorted();
}

/** The text as its author has it. */
export function newsletterText(name: string): string {
  return readFileSync(join(folder, `${name}.md`), 'utf8');
}

/** The same as a digest: with front matter, or the missing keys in the one that it has. */
export function newsletterDigest(name: string): string {
  const text = newsletterText(name);
  const own = /^---\n[\s\S]*?^---\n/m.exec(text)?.[0];
  const isFront = own !== undefined && text.startsWith(own);
  const dated = isFront && /^date:/m.test(own) ? '' : 'date: 2026-11-25\n';
  const keys = `${dated}subject: What happened this week\npreheader: Stories, dates and a few links\n`;
  return isFront ? `---\n${keys}${text.slice(4)}` : `---\n${keys}---\n${text}`;
}
