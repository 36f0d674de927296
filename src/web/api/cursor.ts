import { AppError } from '../../errors/app-error.ts';

/** Lists that are read page by page; a cursor of one is refused by the others. */
type Listed = 'editions' | 'recipients' | 'subscribers';

/** Writes where a page begins as an opaque text. */
export function writeCursor(list: Listed, after: string | number): string {
  return Buffer.from(`${list}:${after}`).toString('base64url');
}

/** Reads a cursor; undefined without one. Throws AppError REQUEST_MALFORMED. */
export function readCursor(
  list: Listed,
  text: string | undefined,
  form: RegExp = /^\d{1,15}$/u,
): string | undefined {
  if (text === undefined) return undefined;
  const [of, after = '', ...rest] = Buffer.from(text, 'base64url').toString('utf8').split(':');
  if (of === list && form.test(after) && rest.length === 0) return after;
  throw new AppError('REQUEST_MALFORMED', 'The cursor is none of this list.', {
    hint: 'Send `next` of the page before as it came, or leave the cursor out for the first page.',
  });
}
