import type { SeedFinding, SeedMailbox } from './seed.ts';

/** A message as a mail program reads it. */
export interface ReadMessage {
  /** Values of its header fields by their lower-case names, unfolded, first to last. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Where a message was found. */
export interface FoundIn {
  readonly folder: string;
  /** The folder is the mailbox's for unwanted mail. RFC 6154. */
  readonly isJunk: boolean;
}

/** Octets of decoded HTML. Gmail cuts a message off beyond it and hides the unsubscribe link. */
const maxHtmlOctets = 102 * 1024;

/** RFC 5322 section 3.6 and docs/message-rules.md, H1: each occurs once. */
const singleFields = ['from', 'to', 'subject', 'date', 'message-id', 'list-id', 'list-unsubscribe'];

/**
 * Compares a message that arrived with the one that was sent: folder, header fields, content and size. What needs the
 * network (DKIM, links, unsubscribing) is not among it.
 */
export function judgeArrival(
  arrived: ReadMessage & FoundIn,
  { sent, mailbox }: { readonly sent: ReadMessage; readonly mailbox: Pick<SeedMailbox, 'folders'> },
): readonly SeedFinding[] {
  return [
    judgeFolder(arrived, mailbox),
    judgeFields(arrived, sent),
    judgeContent(arrived, sent),
    judgeSize(arrived),
  ];
}

function judgeFolder({ folder, isJunk }: FoundIn, { folders }: Pick<SeedMailbox, 'folders'>): SeedFinding {
  const ok = !isJunk && folders.some((name) => name.toLowerCase() === folder.toLowerCase());
  const where = isJunk ? `the folder for unwanted mail, ${folder}` : `the folder ${folder}`;
  return { check: 'folder', ok, text: `the message is in ${where}` };
}

function judgeFields(arrived: ReadMessage, sent: ReadMessage): SeedFinding {
  const finding = (ok: boolean, text: string): SeedFinding => ({ check: 'headers', ok, text });
  const valuesOf = (message: ReadMessage, name: string) => message.fields.get(name) ?? [];
  for (const name of singleFields) {
    const { length } = valuesOf(arrived, name);
    if (length !== 1)
      return finding(
        false,
        length === 0 ? `it has no ${shown(name)} field` : `it has ${length} ${shown(name)} fields`,
      );
  }
  const [post = ''] = valuesOf(arrived, 'list-unsubscribe-post');
  if (post !== 'List-Unsubscribe=One-Click')
    return finding(
      false,
      post === '' ? 'it has no List-Unsubscribe-Post field' : `its List-Unsubscribe-Post says "${post}"`,
    );
  for (const name of ['from', 'list-unsubscribe', 'list-id']) {
    const [before = ''] = valuesOf(sent, name);
    const [now = ''] = valuesOf(arrived, name);
    if (squeeze(before) !== squeeze(now))
      return finding(false, `its ${shown(name)} field was changed on the way: "${clip(now)}"`);
  }
  return finding(true, 'it has every header field');
}

function judgeContent(arrived: ReadMessage, sent: ReadMessage): SeedFinding {
  const finding = (ok: boolean, text: string): SeedFinding => ({ check: 'content', ok, text });
  if (arrived.subject !== sent.subject)
    return finding(false, `its subject is not the approved one: "${clip(arrived.subject)}"`);
  for (const [part, name] of [
    ['html', 'HTML'],
    ['text', 'text'],
  ] as const) {
    const at = firstDifference(normal(sent[part]), normal(arrived[part]));
    if (at === undefined) continue;
    const found = normal(arrived[part]).slice(at, at + 40);
    return finding(
      false,
      `its ${name} is not the approved one, from character ${at + 1} on: "${clip(found)}"`,
    );
  }
  return finding(true, 'it says what was approved');
}

function judgeSize({ html }: ReadMessage): SeedFinding {
  const octets = Buffer.byteLength(html);
  const size = `${(octets / 1024).toFixed(1)} KB`;
  return octets <= maxHtmlOctets
    ? { check: 'size', ok: true, text: `its HTML has ${size}` }
    : { check: 'size', ok: false, text: `its HTML has ${size}, and Gmail cuts off what is beyond 102 KB` };
}

/** Servers change line ends, and white space at the end of lines and of a part. */
function normal(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[ \t]+\n/gu, '\n')
    .trimEnd();
}

function firstDifference(one: string, other: string): number | undefined {
  if (one === other) return undefined;
  const end = Math.min(one.length, other.length);
  for (let at = 0; at < end; at += 1) if (one[at] !== other[at]) return at;
  return end;
}

function squeeze(value: string): string {
  return value.replaceAll(/\s+/gu, ' ').trim();
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

/** `list-id` becomes `List-Id`. */
function shown(name: string): string {
  return name.replaceAll(/(?<=^|-)[a-z]/gu, (letter) => letter.toUpperCase());
}
