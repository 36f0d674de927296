import { describe, expect, test } from 'vitest';

import { chooseColumns } from '../../../src/app/subscribers/choose-columns.ts';
import type { ColumnMapping } from '../../../src/app/subscribers/choose-columns.ts';
import { AppError } from '../../../src/errors/app-error.ts';

describe('chooseColumns', () => {
  test.each<[readonly string[], object]>([
    [['email'], { email: 0 }],
    [['Name', 'E-Mail'], { email: 1, name: 0 }],
    [['EMAIL ADDRESS', 'First Name', 'Last Name'], { email: 0, first_name: 1, last_name: 2 }],
    [['email_address', 'full_name', 'Time zone'], { email: 0, name: 1, time_zone: 2 }],
    [['email', 'city', 'state'], { email: 0 }],
    [['email', 'name', 'state', 'time_zone', 'created_at'], { email: 0, name: 1, time_zone: 3 }],
    [['phone', 'email'], { email: 1 }],
  ])('finds the columns of %j by their names', (header, columns) => {
    expect(chooseColumns(header, {})).toEqual({ ...columns, ignored: new Set() });
  });

  test('takes the mapping over the usual names', () => {
    const columns = chooseColumns(['email', 'Kontakt', 'Rufname'], { email: 'Kontakt', name: 'rufname' });

    expect(columns).toEqual({ email: 1, name: 2, ignored: new Set() });
  });

  test.each<[string, readonly string[], ColumnMapping, RegExp, RegExp]>([
    ['no address column', ['foo', 'bar'], {}, /"foo", "bar"/, /--map email="<column>"/],
    ['a near miss', ['emial', 'name'], {}, /"emial", "name"/, /Did you mean `--map email="emial"`/],
    [
      'a longer name',
      ['Your best mail', 'x'],
      {},
      /No column is called "email"/,
      /--map email="Your best mail"/,
    ],
    ['no header', ['jo@example.org', 'Jo'], {}, /no header/, /`email,name`/],
    [
      'an unknown mapped column',
      ['email', 'vorname'],
      { first_name: 'Vornam' },
      /no column "Vornam"/,
      /"vorname"/,
    ],
    ['two columns of one name', ['email', 'Email'], {}, /columns 1 and 2/, /different names/],
    ['two columns of addresses', ['mail', 'Email address'], {}, /columns 1 and 2/, /--map email=/],
    ['a hostile header', ['x'.repeat(50_000), '\u202e'], {}, /No column is called "email"/, /--map/],
  ])('reports %s with a hint', (_, header, mapping, message, hint) => {
    const choose = () => chooseColumns(header, mapping);

    expect(choose).toThrow(AppError);
    expect(choose).toThrow(
      expect.objectContaining({
        code: 'IMPORT_INVALID',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  test('lists at most 20 columns of a file with thousands', () => {
    const header = Array.from({ length: 5_000 }, (_, index) => `column ${index}`);

    expect(() => chooseColumns(header, {})).toThrow(/"column 19" and 4980 more\.$/);
  });
});
