import Database from 'better-sqlite3';

/** Checks an SQLite file in a process of its own, which can be ended: a check reads all of it. */
const database = new Database(process.argv[2] ?? '', { readonly: true, fileMustExist: true });
const found = database.pragma('quick_check(1)', { simple: true });
process.stdout.write(`${String(found)}\n`);
database.close();
