import { addressReasons } from './address.ts';

/** One row of a table file, cut into fields, or the reason why it could not be. */
export type TableRow =
  | { readonly line: number; readonly fields: readonly string[] }
  | {
      readonly line: number;
      readonly reason: RowReason;
      /** The row as in the file, shortened if it is long. */
      readonly text: string;
      /** Only of a row that is not UTF-8: its fields as Latin-1, one character a byte. */
      readonly rawFields?: readonly string[];
    };

/** A table file whose first row has been read; rows come in groups, in the order of the file. */
export interface Table {
  readonly header: readonly string[];
  /** What separates the fields. */
  readonly delimiter: string;
  readonly groups: AsyncIterable<readonly TableRow[]>;
}

/** Why a row cannot be split into fields or imported, with the sentence shown to users. */
export const rowReasons = {
  'row-too-long': 'The row is longer than 64 KB.',
  'row-not-utf8': 'The row is not valid UTF-8.',
  'row-quoting':
    'The row has a double quote where none can stand; a quote inside a quoted field is written twice.',
  'row-quote-unclosed': 'The row opens a double quote that is never closed.',
  'row-spans-rows':
    'The row opens a double quote that closes only in a later row, with whole rows in between.',
  'row-fields': 'The row has more fields than the header has columns.',
  'state-unknown': 'The state is not one of active, pending, unsubscribed, suppressed.',
} as const;

export type RowReason = keyof typeof rowReasons;

/** Every reason that an import gives for a rejected row. The outcome of each is `valid-email`. */
export const rejectReasons = { ...addressReasons, ...rowReasons } as const;

export type RejectReason = keyof typeof rejectReasons;
