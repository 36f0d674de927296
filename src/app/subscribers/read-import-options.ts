import { rowStates } from '../../domain/subscribers/row-states.ts';
import type { RowState } from '../../domain/subscribers/row-states.ts';
import { AppError } from '../../errors/app-error.ts';
import { importFields } from './choose-columns.ts';
import type { ColumnMapping, ImportField } from './choose-columns.ts';

/** States that every row of an import may be given. */
export const givenStates = ['active', 'pending', 'unsubscribed', 'suppressed'] as const;

/**
 * Reads meanings of values in state columns, such as `cancelled=unsubscribed`.
 *
 * @throws AppError USAGE_INVALID
 */
export function readStateWords(pairs: readonly string[]): ReadonlyMap<string, RowState> {
  return new Map(
    pairs.map((pair): [string, RowState] => {
      const at = pair.lastIndexOf('=');
      const named = pair
        .slice(at + 1)
        .trim()
        .toLowerCase();
      const state = rowStates.find((known) => known === named);
      if (at === -1 || state === undefined) {
        throw new AppError(
          'USAGE_INVALID',
          `\`--state ${pair}\` does not end with = and one of the states: ${rowStates.join(', ')}.`,
          {
            hint: 'Write for example `--state cancelled=unsubscribed`, or `--state =active` for empty cells.',
          },
        );
      }
      return [pair.slice(0, at).trim().toLowerCase(), state];
    }),
  );
}

/**
 * Reads which column is which field, such as `email=E-Mail address`.
 *
 * @throws AppError USAGE_INVALID
 */
export function readMapping(pairs: readonly string[]): ColumnMapping {
  const mapping: Partial<Record<ImportField, string>> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const field = importFields.find(
      (name) => name === pair.slice(0, Math.max(0, at)).trim().replace('-', '_'),
    );
    if (field === undefined) {
      throw new AppError(
        'USAGE_INVALID',
        `\`--map ${pair}\` does not begin with one of the fields: ${importFields.join(', ')}.`,
        {
          hint: 'Write for example `--map email="E-Mail address"`.',
        },
      );
    }
    if (mapping[field] !== undefined) {
      throw new AppError('USAGE_INVALID', `\`--map\` names two columns for ${field}.`, {
        hint: 'Give one `--map` for each field.',
      });
    }
    mapping[field] = pair.slice(at + 1);
  }
  return mapping;
}

/** @throws AppError USAGE_INVALID for what is not one character, or `tab` */
export function readDelimiter(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const character = text === 'tab' || text === String.raw`\t` ? '\t' : text;
  if (/^[^"\r\n\w]$/u.test(character)) return character;
  throw new AppError('USAGE_INVALID', `\`--delimiter ${text}\` is not a delimiter.`, {
    hint: 'Give one character that is not a letter, digit or quote: `--delimiter ";"`, or `tab`.',
  });
}
