import { toSpreadsheetCell } from '../../domain/subscribers/spreadsheet-cell.ts';
import type { ListedSubscriber, SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { Slug } from '../../domain/units.ts';
import type { FormatRows, PublicationIds, Subscribers } from '../ports/subscribers.ts';

export interface ExportRequest {
  readonly publication: Slug;
  /** All states unless set. */
  readonly state?: SubscriptionState | undefined;
}

export interface ExportPorts {
  readonly publications: PublicationIds;
  readonly subscribers: Subscribers;
  readonly formatRows: FormatRows;
}

/** An import of these columns makes the same subscribers again, in the same states. */
const exportColumns = ['email', 'name', 'state', 'time_zone', 'created_at'] as const;

const pageSize = 1_000;

/**
 * A publication's subscribers as CSV text, piece by piece, by id; the first piece is
 * the header. No cell can run as a formula in a spreadsheet program.
 *
 * @throws AppError PUBLICATION_NOT_FOUND, before the first piece.
 */
export async function* exportSubscribers(
  request: ExportRequest,
  ports: ExportPorts,
): AsyncGenerator<{ readonly text: string; readonly rows: number }> {
  const publicationId = await ports.publications.id(request.publication);
  yield { text: ports.formatRows([exportColumns]), rows: 0 };
  let afterId = 0;
  for (;;) {
    const page = await ports.subscribers.page({
      publicationId,
      state: request.state,
      afterId,
      limit: pageSize,
    });
    if (page.length > 0) yield { text: ports.formatRows(page.map(toCells)), rows: page.length };
    if (page.length < pageSize) return;
    afterId = page.at(-1)?.id ?? afterId;
  }
}

function toCells(subscriber: ListedSubscriber): readonly string[] {
  return [
    toSpreadsheetCell(subscriber.address),
    toSpreadsheetCell(subscriber.name),
    subscriber.state,
    toSpreadsheetCell(subscriber.timeZone ?? ''),
    new Date(subscriber.createdAt).toISOString(),
  ];
}
