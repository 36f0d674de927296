import { createReadStream } from 'node:fs';

import { importSubscribers } from '../../../src/app/subscribers/import-subscribers.ts';
import { readTable } from '../../../src/content/csv/read-table.ts';
import type { DatabasePlace } from '../../../src/domain/database-place.ts';
import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import { openDatabase } from '../../../src/store/database/open-database.ts';
import { createPublications } from '../../../src/store/editions/publications.ts';
import { createSubscribers } from '../../../src/store/subscribers/subscribers.ts';

/**
 * Imports a file in a process of its own and prints the result: `import-process.ts <place> <csv> <secret>`,
 * where the place is that of the database as JSON.
 */
const [place = '', file = '', secret = ''] = process.argv.slice(2);
const db = await openDatabase(JSON.parse(place) as DatabasePlace);
const result = await importSubscribers(
  { publication: 'morning', source: () => createReadStream(file), now: 2_000 },
  {
    publications: { id: createPublications(db).add },
    subscribers: createSubscribers(db, { keys: deriveSuppressionKeys([secret]) }),
    openTable: readTable,
  },
);
await db.destroy();
process.stdout.write(JSON.stringify(result));
