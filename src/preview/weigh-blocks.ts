import type { PreviewBlock } from '../app/editions/preview-edition.ts';

/** A block, or what is around the blocks, with its share of the HTML in octets. */
export interface WeighedBlock extends Partial<PreviewBlock> {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Shares the octets of an email among its blocks: each begins where MJML begins the section that shows its name. What
 * cannot be found counts to the block before it.
 */
export function weighBlocks(html: string, blocks: readonly PreviewBlock[]): readonly WeighedBlock[] {
  const starts: { readonly block: PreviewBlock; readonly at: number }[] = [];
  let from = html.indexOf('role="main"');
  for (const block of blocks) {
    const after = Math.max(from, 0);
    const places = [firstWords(block.name), block.begins]
      .map((text) => (text === '' ? -1 : html.indexOf(escapeHtml(text), after)))
      .filter((place) => place !== -1);
    const shown = Math.min(...places);
    if (places.length === 0) continue;
    const at = Math.max(html.lastIndexOf('<!--[if mso', shown), from);
    starts.push({ block, at });
    from = shown + 1;
  }
  const end = html.indexOf('role="contentinfo"');
  const stop = end === -1 ? html.length : end;
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
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;');
}
