import type Database from 'better-sqlite3';

/** What has to be known of a table to copy it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly Column[];
  /** In the order of the primary key. */
  readonly key: readonly string[];
  /** The table's ids are made by the database. */
  readonly hasIdentity: boolean;
}

export interface Column {
  readonly name: string;
  readonly type: 'integer' | 'text' | 'blob';
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}

/** Tables that triggers fill in the target while the rows they count are copied. */
export const derivedTables: readonly string[] = ['edition_counts', 'edition_pace', 'subscription_counts'];

/** Every table of an SQLite file but that of its schema's version and the derived ones, each after those it refers to. */
export function readShapes(database: Database.Database): readonly TableShape[] {
  const names = database
    .prepare(
      `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'schema_version' order by name`,
    )
    .pluck()
    .all()
    .filter((name) => !derivedTables.includes(name as string)) as string[];
  const ordered = new Set<string>();
  const add = (name: string) => {
    if (ordered.has(name)) return;
    const targets = database.pragma(`foreign_key_list(${name})`) as { readonly table: string }[];
    for (const { table } of targets) if (table !== name) add(table);
    ordered.add(name);
  };
  names.forEach(add);
  return [...ordered].map((name) => readShape(database, name));
}

function readShape(database: Database.Database, name: string): TableShape {
  const infos = database.pragma(`table_info(${name})`) as ColumnInfo[];
  const key = infos.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  return {
    name,
    columns: infos.map((info) => ({ name: info.name, type: toType(info.type) })),
    key: key.map((info) => info.name),
    hasIdentity: key.length === 1 && key[0]?.name === 'id',
  };
}

function toType(declared: string): Column['type'] {
  const type = declared.toLowerCase();
  if (type === 'integer' || type === 'text' || type === 'blob') return type;
  throw new Error(`No column of the schema is declared as ${declared}.`);
}
