import { closest, distance } from 'fastest-levenshtein';

import { parseAddress } from '../../domain/subscribers/address.ts';
import { simplifyColumn } from '../../domain/subscribers/row-states.ts';
import { suggestsState } from '../../domain/subscribers/state-names.ts';
import { AppError } from '../../errors/app-error.ts';

/** Fields that a column of an import can contain. */
export const importFields = ['email', 'name', 'first_name', 'last_name', 'time_zone', 'state'] as const;
export type ImportField = (typeof importFields)[number];

/** Indexes into a row, by field. */
export type Columns = Readonly<Partial<Record<ImportField, number>>> & {
  readonly email: number;
  /** Simplified names of columns that are not read. */
  readonly ignored: ReadonlySet<string>;
};

/** How the columns of a file were read. */
export interface ColumnReport {
  /** The system whose export the file is, if it is a known one. */
  readonly system?: string;
  /** Names of columns by field. */
  readonly read: Readonly<Record<string, string>>;
  /** Columns that show a state. */
  readonly states: readonly string[];
  readonly ignored: readonly string[];
}

/** Names of columns by field, as `--map` gives them. */
export type ColumnMapping = Readonly<Partial<Record<ImportField, string>>>;

/** Usual names of columns, in the spelling of `simplifyColumn`; the likelier ones first. */
const usualNames: Readonly<Record<Exclude<ImportField, 'state'>, readonly string[]>> = {
  email: ['email', 'emailaddress', 'mail', 'mailaddress', 'subscriberemail', 'useremail'],
  name: ['name', 'fullname', 'displayname', 'subscribername'],
  first_name: ['firstname', 'givenname', 'forename', 'fname', 'first'],
  last_name: ['lastname', 'familyname', 'surname', 'lname', 'last'],
  time_zone: ['timezone', 'tz', 'timezonename'],
};

/**
 * Determines the field of each column: by `mapping` first, then by the usual names.
 *
 * @throws AppError IMPORT_INVALID if no column contains addresses, if the file has no header, if a
 *   mapped column is missing, or if two columns are equally likely.
 */
export function chooseColumns(
  header: readonly string[],
  mapping: ColumnMapping,
  ignore: readonly string[] = [],
): Columns {
  if (header.some((cell) => parseAddress(cell).ok)) {
    throw new AppError('IMPORT_INVALID', 'The first row holds an address, so the file has no header.', {
      hint: 'Put a row before it that names the columns, such as `email,name`.',
    });
  }
  const ignored = readIgnored(header, ignore);
  // An ignored column keeps its index, without a name to find it by.
  const names = header.map((name) => (ignored.has(simplifyColumn(name)) ? '' : name));
  const columns: Partial<Record<ImportField, number>> = {};
  for (const field of importFields) {
    const index = findMapped(header, field, mapping) ?? findUsual(names, field);
    if (index !== undefined) columns[field] = index;
  }
  const { email } = columns;
  if (email === undefined) throw missingEmail(header);
  return { ...columns, email, ignored };
}

function findMapped(
  header: readonly string[],
  field: ImportField,
  mapping: ColumnMapping,
): number | undefined {
  const wanted = mapping[field];
  if (wanted === undefined) return undefined;
  const exact = onlyIndex(header, field, (name) => name === wanted.trim());
  const index = exact ?? onlyIndex(header, field, (name) => simplifyColumn(name) === simplifyColumn(wanted));
  if (index !== undefined) return index;
  throw new AppError(
    'IMPORT_INVALID',
    `The file has no column "${quote(wanted)}". It has ${listColumns(header)}.`,
    {
      hint: didYouMean(header, field, wanted) ?? 'Name one of these columns in --map.',
    },
  );
}

/** Several columns of addresses are never guessed: one of them may be old. */
function findUsual(header: readonly string[], field: ImportField): number | undefined {
  if (field === 'state') return undefined;
  if (field === 'email') {
    return onlyIndex(header, field, (name) => usualNames.email.includes(simplifyColumn(name)));
  }
  for (const usual of usualNames[field]) {
    const index = onlyIndex(header, field, (name) => simplifyColumn(name) === usual);
    if (index !== undefined) return index;
  }
  return undefined;
}

function readIgnored(header: readonly string[], ignore: readonly string[]): ReadonlySet<string> {
  for (const name of ignore) {
    if (header.some((known) => simplifyColumn(known) === simplifyColumn(name))) continue;
    throw new AppError(
      'IMPORT_INVALID',
      `The file has no column "${quote(name)}" to ignore. It has ${listColumns(header)}.`,
      { hint: 'Name one of these columns in --ignore.' },
    );
  }
  return new Set(ignore.map(simplifyColumn));
}

/** Indexes of columns that have another meaning than a state. */
export function takenColumns(columns: Columns): ReadonlySet<number> {
  const { ignored: _, state: __, ...fields } = columns;
  return new Set(Object.values(fields));
}

export function describeColumns(
  header: readonly string[],
  columns: Columns,
  states: { readonly system: string | undefined; readonly columns: readonly { readonly index: number }[] },
): ColumnReport {
  const { ignored: _, state: __, ...fields } = columns;
  const used = new Set([...Object.values(fields), ...states.columns.map(({ index }) => index)]);
  const nameOf = (index: number) => header[index] ?? '';
  return {
    ...(states.system === undefined ? {} : { system: states.system }),
    read: Object.fromEntries(Object.entries(fields).map(([field, index]) => [field, nameOf(index)])),
    states: states.columns.map(({ index }) => nameOf(index)),
    ignored: header.filter((_name, index) => !used.has(index)),
  };
}

function onlyIndex(
  header: readonly string[],
  field: ImportField,
  fits: (name: string) => boolean,
): number | undefined {
  const indexes = header.flatMap((name, index) => (fits(name) ? [index] : []));
  if (indexes.length <= 1) return indexes[0];
  const numbers = indexes.map((index) => index + 1).join(' and ');
  throw new AppError(
    'IMPORT_INVALID',
    `The columns ${numbers} could both hold the ${field.replace('_', ' ')}.`,
    {
      hint: `Give the columns different names, or choose one: \`--map ${field}="<column>"\`.`,
    },
  );
}

function missingEmail(header: readonly string[]): AppError {
  const names = header.map(simplifyColumn);
  const [one, other, ...more] = header.filter(
    (name) => simplifyColumn(name).includes('mail') && name.length <= 100 && !suggestsState(name, names),
  );
  if (one !== undefined && other !== undefined) {
    const listed = [one, other, ...more].map((name) => `"${quote(name)}"`);
    return new AppError(
      'IMPORT_INVALID',
      `No column is called "email", and ${listed.slice(0, -1).join(', ')} and ${listed.at(-1)} could each hold the addresses.`,
      {
        hint: `Choose one: ${[one, other].map((name) => `\`--map email="${quote(name)}"\``).join(' or ')}.`,
      },
    );
  }
  return new AppError('IMPORT_INVALID', `No column is called "email". The file has ${listColumns(header)}.`, {
    hint:
      didYouMean(header, 'email', 'email') ?? 'Say which one holds the addresses: `--map email="<column>"`.',
  });
}

function didYouMean(header: readonly string[], field: ImportField, wanted: string): string | undefined {
  const names = header.filter((name) => name !== '' && name.length <= 100);
  const nearest = names.length === 0 ? '' : closest(wanted, names);
  const isNear = nearest !== '' && distance(simplifyColumn(nearest), simplifyColumn(wanted)) <= 2;
  const holding = field === 'email' ? names.find((name) => simplifyColumn(name).includes('mail')) : undefined;
  const guess = isNear ? nearest : holding;
  return guess === undefined ? undefined : `Did you mean \`--map ${field}="${quote(guess)}"\`?`;
}

const maxListed = 20;

function listColumns(header: readonly string[]): string {
  const listed = header.slice(0, maxListed).map((name) => `"${quote(name)}"`);
  const more = header.length > maxListed ? ` and ${header.length - maxListed} more` : '';
  return `${header.length === 1 ? 'one column' : 'the columns'}: ${listed.join(', ')}${more}`;
}

function quote(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 60)}...`;
}
