import type { Table as TableNode, TableRow } from 'mdast';

import type { Block, Inline, TableAlign } from '../../domain/editions/digest.ts';
import { limits } from '../limits.ts';
import { placeOf, toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

/** A small table: what a phone can show without scrolling sideways. */
export function fromTable(node: TableNode, context: BlockContext): readonly Block[] {
  const at = placeOf(node, context);
  const [headRow, ...bodyRows] = node.children;
  const columns = headRow?.children.length ?? 0;
  if (headRow === undefined || columns > limits.tableColumns || bodyRows.length > limits.tableRows) {
    context.report.error({
      rule: 'table-too-large',
      message: `The table has ${columns} columns and ${bodyRows.length} rows; at most ${limits.tableColumns} and ${limits.tableRows} fit.`,
      hint: 'Show the part that matters, or link to the whole table as an image or page.',
      at,
    });
    return [];
  }
  const align = headRow.children.map((_, index): TableAlign => {
    const typed = node.align?.[index];
    if (typed === 'center') return 'center';
    return typed === 'right' ? 'end' : 'start';
  });
  const rows = bodyRows.map((row) => toCells(row, columns, context));
  return [{ kind: 'table', align, head: toCells(headRow, columns, context), rows, at }];
}

function toCells(row: TableRow, columns: number, context: BlockContext): readonly (readonly Inline[])[] {
  return Array.from({ length: columns }, (_, index) =>
    toInlines(row.children[index]?.children ?? [], context),
  );
}
