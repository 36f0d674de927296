import type { Digest, Inline } from '../../../src/domain/editions/digest.ts';

const at = { line: 1, column: 1 };
const text = (value: string): Inline => ({ kind: 'text', value });
const link = (value: string, url: string): Inline => ({ kind: 'link', url, children: [text(value)] });

/** A digest with every kind of block. */
export const sampleDigest: Digest = {
  date: '2026-11-23',
  subject: 'Grid operators go it alone',
  preheader: 'Plus, the heat dashboard and a bridge that talks',
  editor: 'Jo Park',
  greeting: [
    {
      kind: 'paragraph',
      content: [
        text(
          "Good morning. It's Monday, and the storms are early. Thanks to the readers who wrote in about ",
        ),
        link('Friday’s map', 'https://example.org/map'),
        text('.'),
      ],
      at,
    },
  ],
  sections: [
    {
      kind: 'lead',
      kicker: '1 big thing:',
      headline: 'Grid operators are left alone on storm warnings',
      section: 'Energy',
      published: '2026-11-23T10:10:00Z',
      at,
      blocks: [
        {
          kind: 'image',
          src: 'images/lines.jpg',
          alt: 'Power lines down beside a farm road near Tulsa in July',
          credit: [text('Photo: A. Name/Agency')],
          at,
        },
        {
          kind: 'paragraph',
          content: [
            text(
              'As the winter storms line up, grid operators say the forecasts they plan by arrive hours later than they did a year ago — and nobody is in charge of getting them back.',
            ),
          ],
          at,
        },
        {
          kind: 'paragraph',
          leadIn: 'Why it matters:',
          content: [
            text(
              'Nobody can promise the lights stay on when crews are sent out by a forecast that is already old. Two of the last three big outages began in the gap.',
            ),
          ],
          at,
        },
        {
          kind: 'list',
          ordered: false,
          items: [
            {
              content: [
                text(
                  'Last week eight operators met in Kansas City without the weather service at the table.',
                ),
              ],
            },
            {
              leadIn: 'The cost:',
              content: [
                text('a private feed runs to '),
                { kind: 'strong', children: [text('$2.4 million')] },
                text(' a year, which the three smallest cannot pay.'),
              ],
            },
            {
              content: [
                text('A shared feed is on offer from '),
                link('two universities', 'https://example.edu/feed?x=1&y=2'),
                text('.'),
              ],
            },
          ],
          at,
        },
        {
          kind: 'quote',
          paragraphs: [
            [
              text(
                '“We used to get a call. Now we get a web page that was true at midnight,” says Dana Ruiz, who runs the control room in Enid.',
              ),
            ],
          ],
          at,
        },
        {
          kind: 'paragraph',
          leadIn: "What's next:",
          content: [text('Hearings open on Thursday. The operators want an answer before the first ice.')],
          at,
        },
        { kind: 'go-deeper', text: 'Go deeper', url: 'https://www.example.org/story', at },
      ],
    },
    {
      kind: 'dashboard',
      title: 'Heat dashboard',
      section: 'Climate',
      updated: '2026-11-23T09:00:00Z',
      credit: [text('Illustration: A. Name/Studio')],
      at,
      entries: [
        {
          number: 1,
          label: 'Politics:',
          items: [
            { content: [link('Governors ask for a single warning line', 'https://example.org/a')] },
            { content: [link('Senate panel moves the grid bill to the floor', 'https://example.org/b')] },
          ],
          at,
        },
        {
          number: 2,
          label: 'Health:',
          items: [
            {
              content: [
                text('Hospitals face a third week of heat admissions — '),
                link('13 states set records', 'https://example.org/c'),
              ],
            },
          ],
          at,
        },
        {
          number: 3,
          label: 'Business:',
          items: [{ content: [link('Ice makers sell out in Phoenix', 'https://example.org/d')] }],
          at,
        },
        { items: [{ content: [link('A city paints its roofs white', 'https://example.org/e')] }], at },
      ],
    },
    {
      kind: 'brief',
      headline: 'A bridge that talks back',
      section: 'World',
      published: '2026-11-23T09:00:00Z',
      at,
      blocks: [
        {
          kind: 'paragraph',
          content: [
            text(
              'Engineers in Porto wired a century-old bridge with 400 microphones. It tells them where it hurts before any crack can be seen.',
            ),
          ],
          at,
        },
        {
          kind: 'paragraph',
          leadIn: 'Yes, but:',
          content: [
            text('Pigeons are the loudest thing on it, by far. See '),
            link('the recordings', 'https://example.org/bridge'),
            text(' or write to '),
            link('the team', 'mailto:bridge@example.org'),
            text('.'),
          ],
          at,
        },
      ],
    },
    {
      kind: 'sponsor',
      name: 'Acme Insulation',
      href: 'https://acme.example.com/winter',
      at,
      blocks: [
        {
          kind: 'paragraph',
          content: [
            text(
              'Warm floors, quiet rooms, smaller bills. Acme fits recycled wool into a whole house in two days. ',
            ),
            link('Get an estimate', 'https://acme.example.com/estimate'),
            text('.'),
          ],
          at,
        },
      ],
    },
    {
      kind: 'brief',
      kicker: '1 for the road:',
      headline: 'The loneliest bus stop in Scotland gets a library',
      section: 'Good news',
      published: '2026-11-22T10:00:00Z',
      at,
      blocks: [
        {
          kind: 'paragraph',
          content: [
            text(
              'The shelter at Achfary sees four buses a week. Since October it also has 212 books, and readers leave ',
            ),
            { kind: 'emphasis', children: [text('more')] },
            text(' than they take.'),
          ],
          at,
        },
      ],
    },
  ],
};
