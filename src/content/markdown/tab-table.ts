import type { AlignType, Paragraph, PhrasingContent, Table, TableCell, TableRow } from 'mdast';

import { wordsOf } from './html/html-tags.ts';
import { linesOf } from './split-lines.ts';

/** The marker before a tab in a list: a bullet, "a)", "(iii)", "12." */
const listMark = /^(?:[^\p{L}\p{N}]*|\(?(?:\p{L}{1,4}|\d{1,3})[.)]+)$/u;
const figure = /^[^\p{L}]*\d[^\p{L}]*$/u;

/**
 * Returns the table that a paragraph is if each of its lines has as many tabs: cells that were copied from a spreadsheet.
 * The first line is its head; columns of figures are set to the right. Undefined for any other paragraph.
 */
export function tableOfTabs(node: Paragraph): Table | undefined {
  if (!node.children.some((child) => child.type === 'text' && child.value.includes('\t'))) return undefined;
  const rows = linesOf(node.children).map(({ nodes }) => cellsOf(nodes));
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2 || columns < 2 || rows.some((row) => row.length !== columns)) return undefined;
  const texts = rows.map((row) => row.map(wordsOf));
  const firsts = texts.map(([first = '']) => first.trim());
  if (firsts.every((first) => first.endsWith(':')) || firsts.some((first) => listMark.test(first)))
    return undefined;
  const align = Array.from({ length: columns }, (_, at): AlignType =>
    texts.slice(1).every((row) => figure.test(row[at] ?? '')) ? 'right' : null,
  );
  const position = node.position === undefined ? {} : { position: node.position };
  return { type: 'table', align, children: rows.map(toRow), ...position };
}

function cellsOf(nodes: readonly PhrasingContent[]): readonly PhrasingContent[][] {
  const cells: PhrasingContent[][] = [[]];
  for (const node of nodes) {
    const parts = node.type === 'text' ? node.value.split('\t') : [];
    if (node.type !== 'text' || parts.length < 2) cells.at(-1)?.push(node);
    for (const [index, value] of parts.length < 2 ? [] : parts.entries()) {
      if (index > 0) cells.push([]);
      if (value.trim() !== '') cells.at(-1)?.push({ ...node, value: value.trim() } as PhrasingContent);
    }
  }
  return cells;
}

function toRow(cells: readonly PhrasingContent[][]): TableRow {
  return {
    type: 'tableRow',
    children: cells.map((children): TableCell => ({ type: 'tableCell', children })),
  };
}
