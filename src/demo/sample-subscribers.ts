/** How many readers the demo invents. */
const readerCount = 300;

/** People who unsubscribe in the demo between publishing and their turn. */
export const leavers: readonly string[] = [
  'reader.50@example.org',
  'reader.150@example.org',
  'reader.250@example.org',
];

/**
 * A CSV file as newsletters have them: a few hundred readers, some of whom the mail catcher treats
 * badly (see `mail-catcher.ts`), a doublet, and some rows that hold no address.
 */
export function sampleSubscribers(): string {
  const rows = Array.from({ length: readerCount }, (_, index) => {
    const number = index + 1;
    const [given, family] = [pick(givenNames, number), pick(familyNames, Math.floor(number / 7) + number)];
    return `${kind(number)}.${number}@example.org,"${family}, ${given}",Europe/Lisbon`;
  });
  const troubled = [
    'Reader.12@Example.ORG,Second row of the same person,',
    'not an address,Nobody,',
    'comma,in@example.org,Nobody,',
    '@example.org,Nobody,',
    'jo@localhost,Nobody,',
  ];
  return ['email,name,time zone', ...rows, ...troubled, ''].join('\r\n');
}

/** Of a hundred readers three are gone, three are busy, one is cut off, and one server falls silent. */
function kind(number: number): string {
  if (number % 33 === 0) return 'gone';
  if (number % 33 === 11) return 'busy';
  if (number % 100 === 20) return 'cut';
  if (number % 100 === 70) return 'silent';
  return 'reader';
}

function pick(names: readonly string[], number: number): string {
  return names[number % names.length] ?? '';
}

const givenNames = [
  'Ana',
  'Bram',
  'Chidi',
  'Devi',
  'Elif',
  'Farah',
  'Goran',
  'Hana',
  'Ines',
  'João',
  'Kenji',
  'Léa',
];
const familyNames = [
  'Abara',
  'Brandt',
  'Costa',
  'Dlamini',
  'Eriksen',
  'Fofana',
  'García',
  'Haddad',
  'Ivanova',
];
