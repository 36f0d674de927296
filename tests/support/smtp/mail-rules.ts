import { brokenLimits } from './broken-limits.ts';
import {
  boundaryOf,
  decodeBody,
  fieldsNamed,
  readParts,
  readRaw,
  readWithMailparser,
  readWithPostalMime,
} from './read-message.ts';
import type { SunkMessage } from './smtp-sink.ts';

/** Whose mail it is. */
export interface Sender {
  readonly domain: string;
  readonly fromAddress: string;
  readonly listId: string;
  /** Where its links lead, without a trailing slash. */
  readonly baseUrl: string;
}

/** One line of what receivers ask of a newsletter; `broken` says what of a captured message is not so. */
export interface MailRule {
  readonly says: string;
  broken(message: SunkMessage, sender: Sender): readonly unknown[] | Promise<readonly unknown[]>;
}

const once = [
  'From',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Feedback-ID',
];

const gmailClipsAt = 102 * 1024;

export const mailRules: readonly MailRule[] = [
  {
    says: 'H1: each field that must stand once stands once, and none that may not',
    broken: ({ raw }) => {
      const count = (name: string) => fieldsNamed(readRaw(raw), name).length;
      return [
        ...once.filter((name) => count(name) !== 1),
        ...['Reply-To', 'Sender'].filter((name) => count(name) > 1),
        ...['Bcc', 'Return-Path', 'X-Mailer'].filter((name) => count(name) > 0),
      ];
    },
  },
  {
    says: 'H2: one From mailbox, and From and Return-Path are in one domain',
    broken: ({ raw, from }, { domain, fromAddress }) => {
      const mailbox = /^[^<>,]*<([^<>,\s]+)>$/u.exec(header(raw, 'From'))?.[1];
      return unless(mailbox === fromAddress && from.endsWith(`@${domain}`), { mailbox, from });
    },
  },
  {
    says: 'H3: Date is within five minutes of its DATA, with a numeric zone',
    broken: ({ raw, at }) => {
      const date = header(raw, 'Date');
      const off = Math.abs(Date.parse(date) - at.getTime());
      return unless(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/u.test(date) && off < 300_000, date);
    },
  },
  {
    says: 'H4: Message-ID has 128 bits or more in our own domain',
    broken: ({ raw }, { domain }) => {
      const [, unique = '', where] = /^<([0-9a-f]+)@([^>]+)>$/u.exec(header(raw, 'Message-ID')) ?? [];
      return unless(unique.length * 4 >= 128 && where === domain, header(raw, 'Message-ID'));
    },
  },
  {
    says: 'H5: List-Unsubscribe is one https URI on the first line, its token opaque',
    broken: ({ raw, to }, { baseUrl }) => {
      const field = readRaw(raw).fields.find(({ name }) => name === 'List-Unsubscribe')?.raw ?? '';
      const [page = '', mail] = field.split(/,\r\n /u);
      const token = page.split(`List-Unsubscribe: <${baseUrl}/unsubscribe/`)[1]?.replace(/>$/u, '') ?? '';
      const isMailto = /^<mailto:leave-[a-z2-7]{48}@[\w.-]+\?subject=unsubscribe>$/u;
      if (mail !== undefined && !isMailto.test(mail)) return [mail];
      const [local = ''] = to.split('@');
      // Two or three letters occur in a random token by chance.
      const isOpaque = local.length < 5 || !token.includes(local);
      return unless(/^[\w-]{22,}$/u.test(token) && isOpaque, field);
    },
  },
  {
    says: 'H6: List-Unsubscribe-Post is byte for byte what RFC 8058 says',
    broken: ({ raw }) => {
      const fields = readRaw(raw).fields.map((field) => field.raw);
      return unless(fields.includes('List-Unsubscribe-Post: List-Unsubscribe=One-Click'), fields);
    },
  },
  {
    says: 'H7: List-Id names the one list, in at most 255 octets',
    broken: ({ raw }, { listId }) => {
      const field = header(raw, 'List-Id');
      return unless(field.endsWith(`<${listId}>`) && field.length <= 255, field);
    },
  },
  {
    says: 'H8: Feedback-ID has four different fields, a constant sender and nothing personal',
    broken: ({ raw, to }) => {
      const fields = header(raw, 'Feedback-ID').split(':');
      const isPlain = fields.length === 4 && new Set(fields).size === 4 && fields[3] === 'daybrief';
      return unless(isPlain && !fields.some((field) => to.includes(field)), fields);
    },
  },
  {
    says: 'H9: it is marked as bulk, asks machines not to answer, and is not Auto-Submitted',
    broken: ({ raw }) => {
      const found = ['Precedence', 'X-Auto-Response-Suppress', 'Auto-Submitted'].map((name) =>
        fieldsNamed(readRaw(raw), name).join(),
      );
      return unless(found.join('; ') === 'bulk; OOF, AutoReply; ', found);
    },
  },
  {
    says: 'H10: lines, encoded-words and header keep to their limits',
    broken: ({ raw }) => brokenLimits(raw),
  },
  {
    says: 'M1: plain text, then HTML, both utf-8 and not empty, and every link of the HTML is in the text',
    broken: ({ raw }) => {
      const parts = readParts(raw);
      const types = parts.flatMap((part) => fieldsNamed(part, 'Content-Type'));
      const [text = '', html = ''] = parts.map(decodeBody);
      const links = [...html.matchAll(/href="([^"]+)"/gu)].map(([, url = '']) =>
        url.replaceAll('&amp;', '&'),
      );
      return [
        ...unless(header(raw, 'Content-Type').startsWith('multipart/alternative;'), 'alternative'),
        ...unless(types.join() === 'text/plain; charset=utf-8,text/html; charset=utf-8', types),
        ...unless(text.trim() !== '' && html.trim() !== '' && links.length > 0, 'empty'),
        ...links.filter((url) => !text.includes(url)),
      ];
    },
  },
  {
    says: 'M1, of lists: both bodies link to where one leaves, and to where one chooses',
    broken: ({ raw }, { baseUrl }) => {
      const bodies = readParts(raw).map(decodeBody);
      const links = [`${baseUrl}/unsubscribe/`, `${baseUrl}/preferences/`];
      return links.filter((link) => !bodies.every((body) => body.includes(link)));
    },
  },
  {
    says: 'M2: bodies are quoted-printable or base64 with lines of at most 76',
    broken: ({ raw }) =>
      readParts(raw).flatMap((part) => {
        const encoding = fieldsNamed(part, 'Content-Transfer-Encoding').join();
        const tooLong = part.body.split('\r\n').filter((line) => line.length > 76);
        return tooLong.concat(/^(?:quoted-printable|base64)$/u.test(encoding) ? [] : encoding);
      }),
  },
  {
    says: 'M3: no line begins with a dot',
    broken: ({ raw }) => raw.toString('latin1').match(/^\..*/gmu) ?? [],
  },
  {
    says: 'M4: the HTML stays below where Gmail clips',
    broken: ({ raw }) => {
      const bytes = Buffer.byteLength(readParts(raw).map(decodeBody)[1] ?? '');
      return unless(bytes > 0 && bytes < gmailClipsAt, bytes);
    },
  },
  {
    says: 'M5: the boundary occurs in no part',
    broken: ({ raw }) => {
      const boundary = boundaryOf(readRaw(raw));
      return unless(!readParts(raw).some(({ body }) => body.includes(boundary)), boundary);
    },
  },
  {
    says: 'M6: mailparser and postal-mime read the same from it, and its one recipient',
    broken: async ({ raw, to }) => {
      const [one, other] = await Promise.all([readWithMailparser(raw), readWithPostalMime(raw)]);
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      return unless(isSame && one.to.map(({ address }) => address).join() === to, { one, other });
    },
  },
  {
    says: 'E1: the envelope sender is opaque, lower-case, and within the limits of a path',
    broken: ({ from }, { domain }) => {
      const isOpaque = /^bounce-[a-z2-7]{32,57}@[a-z.]+$/u.test(from);
      return unless(isOpaque && from.endsWith(`@${domain}`) && from.length <= 254, from);
    },
  },
  {
    says: 'E2: one recipient a transaction, its size announced, and no 8BITMIME that nothing needs',
    broken: ({ recipients, parameters, raw }) => {
      const { SIZE, ...rest } = parameters;
      return unless(recipients === 1 && SIZE === String(raw.length) && Object.keys(rest).length === 0, {
        recipients,
        parameters,
        bytes: raw.length,
      });
    },
  },
  {
    says: 'E4: EHLO names a host',
    broken: ({ ehloName }) => unless(/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$|^\[[\d.]+\]$/iu.test(ehloName), ehloName),
  },
];

export function header(message: Buffer, name: string): string {
  return fieldsNamed(readRaw(message), name)[0] ?? '';
}

function unless(holds: boolean, found: unknown): readonly unknown[] {
  return holds ? [] : [found];
}
