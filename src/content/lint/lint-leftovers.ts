import { digestBlocks, digestLines, sectionParts } from '../../domain/editions/digest-parts.ts';
import type { Digest, Inline, Position } from '../../domain/editions/digest.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';

interface Leftover {
  readonly rule: string;
  readonly pattern: RegExp;
  /** A mistake that no reader would miss blocks the edition. */
  readonly blocks: boolean;
  readonly says: string;
  readonly hint: string;
}

const link = 'Write [text](https://...) without a blank between the brackets and none in the address.';
const mergeHint = 'Daybrief fills in no names: write words that suit every subscriber.';

/** What is not meant for readers, in the order in which it is looked for; one finding a line and rule. */
const leftovers: readonly Leftover[] = [
  {
    rule: 'markup-image',
    pattern: /!\[/u,
    blocks: true,
    says: 'an image that was not understood',
    hint: 'Write ![what it shows](images/file.png) in a paragraph of its own; the file name has no blanks.',
  },
  {
    rule: 'markup-note',
    pattern: /\[\^[^\]]*\]?/u,
    blocks: true,
    says: 'a footnote without its text',
    hint: 'Add a line "[^1]: ..." with the text of the note.',
  },
  {
    rule: 'markup-link',
    pattern: /\]\s?\(|\)\s?\[https?:|\]\s?\[|\[\[/u,
    blocks: true,
    says: 'a link that was not understood',
    hint: link,
  },
  {
    rule: 'markup-bold',
    pattern: /\*\*|(?<![\p{L}\p{N}])__(?=[\p{L}\p{N}])(?!\w+__\.\p{L})/u,
    blocks: true,
    says: 'stars that do not make bold text',
    hint: 'Put the stars directly around the words and a space after them: "**Why it matters:** ...". Stars that are meant go between backticks: "`2**8`".',
  },
  {
    rule: 'markup-strike',
    pattern: /~~/u,
    blocks: true,
    says: 'tildes that strike nothing through',
    hint: 'Put them directly around the words: "~~Tuesday~~".',
  },
  {
    rule: 'markup-table',
    pattern: /^\s*\|[^|]*\|[^|]*\|/u,
    blocks: true,
    says: 'rows of a table without the row below its head',
    hint: 'Write "|---|---|" below the first row, with as many dashes as it has cells.',
  },
  {
    rule: 'markup-table',
    pattern: /\|\s*:?-{3,}:?\s*\|/u,
    blocks: true,
    says: 'a table that was not understood',
    hint: 'Put an empty line above the table, and as many cells in each row.',
  },
  {
    rule: 'markup-table',
    pattern: /\+[-=]{3,}\+/u,
    blocks: true,
    says: 'a table that is drawn with signs',
    hint: 'Write "| Name | Votes |", below it "|---|---|", and a row in each line.',
  },
  {
    rule: 'word-divided',
    pattern:
      /\p{L}{2}- (?!(?:and|or|nor|to|but|than|through|versus|vs|und|oder|bis|sowie|bzw|noch|als|wie|statt|et|ou|y|o|u|e|a|ed|od)(?!\p{L}))\p{Ll}{2}/u,
    blocks: false,
    says: 'a word that the end of a line divided',
    hint: 'Write it as one word.',
  },
  {
    rule: 'markup-fence',
    pattern: /:::/u,
    blocks: true,
    says: 'colons of a section',
    hint: 'Begin a line with ":::", with an empty line above.',
  },
  {
    rule: 'markup-html',
    pattern:
      /<[a-z][a-z0-9]*\s[^<>]*=[^<>]*>|<\/?(?:a|b|br|div|em|font|i|mark|p|s|span|strong|sub|sup|u)\s?\/?>/iu,
    blocks: false,
    says: 'an HTML tag that is shown as text',
    hint: 'Write it as Markdown, or put the values of its attributes into quotation marks.',
  },
  {
    rule: 'merge-tag',
    pattern:
      /\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\*?\|[A-Z][A-Z0-9_:]+\|\*?|%%[A-Za-z0-9_.]+%%|\$\{[A-Za-z0-9_.]+\}|%[A-Z_]{3,}%/u,
    blocks: true,
    says: 'a placeholder of another system',
    hint: mergeHint,
  },
  {
    rule: 'merge-tag',
    pattern: /\{[a-z][a-z0-9_.]*\}/iu,
    blocks: false,
    says: 'what may be a placeholder',
    hint: mergeHint,
  },
  {
    rule: 'markup-callout',
    pattern: /^\[!\w+\][+-]?/u,
    blocks: true,
    says: 'a callout of another system',
    hint: 'Write it as a box: a line ":::note[Title]", the text, and a line ":::".',
  },
  {
    rule: 'markup-comment',
    pattern: /%%\s.*?%%/u,
    blocks: true,
    says: "a comment in Obsidian's way",
    hint: 'Write "<!-- ... -->", or delete it.',
  },
  {
    rule: 'markup-note',
    pattern: /\^\[/u,
    blocks: true,
    says: 'a note inside the line',
    hint: 'Write "[^1]" here, and a line "[^1]: ..." with the text of the note below.',
  },
  {
    rule: 'attributes-left',
    pattern: /\{:?\s?[#.][a-z][^}]*\}|\{:[^{}]*\}/iu,
    blocks: true,
    says: 'attributes of another system',
    hint: 'Delete them, or write Daybrief\'s own on the line below the headline: {section="World"}.',
  },
  {
    rule: 'entity-left',
    pattern: /&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,6});/iu,
    blocks: true,
    says: 'a character reference',
    hint: 'Write the character itself.',
  },
  {
    rule: 'placeholder',
    pattern:
      /(?<![\p{L}\p{N}])(?:(?:TK)+(?![\p{L}\p{N}])(?! \p{Lu}\p{Ll})|XXX+(?![\p{L}\p{N}])|TODO(?![\p{L}\p{N}])|FIXME(?![\p{L}\p{N}]))|[Ll]orem [Ii]psum/u,
    blocks: true,
    says: 'text that is still to come',
    hint: 'Write it, or delete it.',
  },
  {
    rule: 'markup-mark',
    pattern: /==\S[^=]*==|(?<=\p{L})~\d{1,3}~|\^\d{1,3}\^|(?<=^|\s)~\p{L}[^~]{0,80}~(?=[\s.,;:!?]|$)/u,
    blocks: false,
    says: 'marks that Markdown does not know',
    hint: 'Write the words alone, or the character itself: "H₂O"; words are struck through by two tildes on each side.',
  },
  {
    rule: 'emoji-code',
    pattern: /(?<![\p{L}\p{N}:]):[a-z][a-z0-9_+-]{1,30}:(?![\p{L}\p{N}:])/u,
    blocks: false,
    says: 'the name of an emoji',
    hint: 'Put in the emoji itself.',
  },
  {
    rule: 'markup-bold',
    // A pair around words was escaped: otherwise it would have become emphasis.
    pattern: /^\*(?=\S)(?!\S(?:[^*]*\S)?\*(?:[\s\p{P}]|$))|(?<!(?:^|\s)\*\S[^*]*)(?<=[\p{L}:.!?])\*(?=\s|$)/u,
    blocks: false,
    says: 'a star that belongs to nothing',
    hint: 'Put stars on both sides of the words, or write "\\*".',
  },
];

/** The finished text: markup, placeholders and unfinished words that readers would see. */
export function lintLeftovers(digest: Digest, report: Report): void {
  for (const { text, at } of textsOf(digest)) {
    const found = new Set<string>();
    for (const { rule, pattern, blocks, says, hint } of leftovers) {
      const match = pattern.exec(text);
      if (match === null || found.has(rule)) continue;
      found.add(rule);
      const message = `Found ${says}: ${quoteFound(around(text, match))}.`;
      const finding = { rule, message, hint, at };
      if (blocks) report.error(finding);
      else report.warn(finding);
    }
  }
}

interface Text {
  readonly text: string;
  readonly at: Position | undefined;
}

function textsOf(digest: Digest): readonly Text[] {
  const { subject, preheader = '', editor = '', places } = digest;
  return [
    { text: subject, at: places?.subject },
    { text: preheader, at: places?.preheader },
    { text: editor, at: places?.editor },
    ...digest.sections.flatMap((section) => {
      const { headings, names, sectionLine } = sectionParts(section);
      return [...headings, ...names, sectionLine?.section ?? ''].map((text) => ({ text, at: section.at }));
    }),
    ...digestBlocks(digest).flatMap((block) =>
      block.kind === 'image' ? [{ text: block.alt, at: block.at }] : [],
    ),
    ...digestLines(digest).map(({ label = '', content, at }) => ({
      text: [label, proseOf(content)].filter((part) => part !== '').join(' '),
      at,
    })),
  ];
}

/** The words of a line without its code, which may say anything. */
function proseOf(content: readonly Inline[]): string {
  return content
    .map((part) => {
      if (part.kind === 'code') return '\uFFFC';
      if ('children' in part) return proseOf(part.children);
      return part.kind === 'text' ? part.value : ' ';
    })
    .join('');
}

/** What was found with some words around it. */
function around(text: string, { index, 0: match }: RegExpExecArray): string {
  const start = Math.max(index - 12, 0);
  const end = Math.min(index + match.length + 20, text.length);
  return `${start > 0 ? '...' : ''}${text.slice(start, end).trim()}${end < text.length ? '...' : ''}`;
}

/** True for a text that is still to be written as a whole: "TK", as `daybrief new` and the inbox write it. */
export function isToCome(text: string): boolean {
  return /^(?:TK)+$/u.test(text.trim());
}
