/** Number of subscribers the demo creates. */
const subscriberCount = 300;

/** Subscribers who unsubscribe in the demo after publishing and before their delivery. */
export const leavers: readonly string[] = [
  'reader.50@example.org',
  'reader.150@example.org',
  'reader.250@example.org',
];

/**
 * Returns a realistic CSV file: a few hundred subscribers, some of whom the mail catcher treats
 * badly (see `mail-catcher.ts`), one duplicate, and some rows without a valid address.
 */
export function sampleSubscribers(): string {
  const rows = Array.from({ length: subscriberCount }, (_, index) => {
    const number = index + 1;
    const [given, family] = [pick(givenNames, number), pick(familyNames, Math.floor(number / 7) + number)];
    return `${kind(number)}.${number}@example.org,"${family}, ${given}",Europe/Lisbon`;
  });
  const troubled = [
    'Reader.12@Example.ORG,Second row of the same subscriber,',
    'not an address,Nobody,',
    'comma,in@example.org,Nobody,',
    '@example.org,Nobody,',
    'jo@localhost,Nobody,',
  ];
  return ['email,name,time zone', ...rows, ...troubled, ''].join('\r\n');
}

/** Of 100 addresses three do not exist, three are deferred, one is cut off, and one gets no reply. */
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
