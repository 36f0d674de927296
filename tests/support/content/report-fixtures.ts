import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../fixtures/reports');

export interface ReportFixture {
  readonly name: string;
  readonly kind: string;
  /** Undefined where it is no bounce. */
  readonly class: string | undefined;
  readonly recipient: string | undefined;
  readonly raw: Buffer;
}

/** Reports in `tests/fixtures/reports`: each begins with `=== name | kind | class | recipient`. */
export function reportFixtures(): readonly ReportFixture[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .toSorted()
    .flatMap((file) => readFixtures(file));
}

function readFixtures(file: string): readonly ReportFixture[] {
  const text = readFileSync(join(folder, file), 'latin1');
  return text
    .split(/^=== /mu)
    .slice(1)
    .map((entry) => {
      const lineEnd = entry.indexOf('\n');
      const [name = '', kind = '', expected = '', recipient = ''] = entry.slice(0, lineEnd).split(' | ');
      const known = (value: string) => (value.trim() === '-' ? undefined : value.trim());
      return {
        name: `${file.replace('.txt', '')}: ${name}`,
        kind,
        class: known(expected),
        recipient: known(recipient),
        raw: Buffer.from(entry.slice(lineEnd + 1).replaceAll('\n', '\r\n'), 'latin1'),
      };
    });
}
