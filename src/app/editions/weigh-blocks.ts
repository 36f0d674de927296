import type { PreviewBlock } from './preview-blocks.ts';

/** A block, or what is around the blocks, with its share of the HTML in octets. */
export interface WeighedBlock extends Partial<PreviewBlock> {
  readonly name: string;
  readonly bytes: number;
}

interface FoundBlock {
  readonly block: PreviewBlock;
  /** Offset in the HTML where the section that shows it begins. */
  readonly at: number;
}

/**
 * Shares the octets of an email among its blocks: each begins where MJML begins the section that shows its name. What
 * cannot be found counts to the block before it.
 */
export function weighBlocks(html: string, blocks: readonly PreviewBlock[]): readonly WeighedBlock[] {
  const starts = findBlocks(html, blocks);
  const stop = footerOf(html);
  const first = starts[0]?.at ?? stop;
  const weigh = (start: number, until: number) => Buffer.byteLength(html.slice(start, until));
  return [
    { name: 'Masthead, styles', bytes: weigh(0, first) },
    ...blocks.map((block) => {
      const index = starts.findIndex((start) => start.block === block);
      const at = starts[index]?.at;
      return { ...block, bytes: at === undefined ? 0 : weigh(at, starts[index + 1]?.at ?? stop) };
    }),
    { name: 'Footer, links', bytes: weigh(stop, html.length) },
  ];
}

/** Puts an element without height before each block, which names the line of the digest, and one before the footer. */
export function markBlocks(html: string, blocks: readonly PreviewBlock[]): string {
  let marked = '';
  let from = 0;
  const marks = findBlocks(html, blocks).map(({ at, block }) => ({ at, line: String(block.line) }));
  for (const { at, line } of [...marks, { at: footerOf(html), line: 'end' }]) {
    if (at < from) continue;
    marked += `${html.slice(from, at)}<div data-line="${line}" style="height:0;overflow:hidden"></div>`;
    from = at;
  }
  return marked + html.slice(from);
}

function findBlocks(html: string, blocks: readonly PreviewBlock[]): readonly FoundBlock[] {
  const starts: FoundBlock[] = [];
  let from = html.indexOf('role="main"');
  for (const block of blocks) {
    const after = Math.max(from, 0);
    const places = [firstWords(block.name), block.begins]
      .map((text) => findText(html, text, after))
      .filter((place) => place !== -1);
    const shown = Math.min(...places);
    if (places.length === 0) continue;
    const at = Math.max(html.lastIndexOf('<!--[if mso', shown), from);
    starts.push({ block, at });
    from = shown + 1;
  }
  return starts;
}

/** Offset of a text, or -1; not where a list of contents repeats it as a link within the email. */
function findText(html: string, text: string, after: number): number {
  if (text === '') return -1;
  const escaped = escapeHtml(text);
  let at = html.indexOf(escaped, after);
  while (at !== -1) {
    const link = html.lastIndexOf('<a ', at);
    const isContents = html.indexOf('</a>', link) > at && html.slice(link, at).includes('href="#');
    if (link === -1 || !isContents) return at;
    at = html.indexOf(escaped, at + 1);
  }
  return -1;
}

/** Offset of the tag that opens the footer. */
function footerOf(html: string): number {
  const role = html.indexOf('role="contentinfo"');
  return role === -1 ? html.length : html.lastIndexOf('<', role);
}

/** The template ties the last words together, so that only the first ones can be found as they are. */
function firstWords(name: string): string {
  const words = name.replace(/, sponsor$/u, '').split(' ');
  return words.slice(0, Math.max(1, words.length - 2)).join(' ');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
