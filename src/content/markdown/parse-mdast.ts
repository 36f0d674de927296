import type { Nodes, Root } from 'mdast';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { Processor } from 'unified';

import { limits } from '../limits.ts';
import { quoteFound } from '../report/quote-words.ts';
import { dropAttributes } from './drop-attributes.ts';
import { readHtml } from './html/read-html.ts';
import type { Source } from './read-attributes.ts';

/** What makes a text between two empty lines slow; each has its own quadratic case in micromark. */
const inlineConstructs = [
  'attention',
  'autolink',
  'characterEscape',
  'characterReference',
  'codeText',
  'definition',
  'hardBreakEscape',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
  'strikethrough',
  'gfmFootnoteCall',
  'gfmPotentialFootnoteCall',
];

const colon = 58;

/** Of GFM's extension. */
const autolinks = ['wwwAutolink', 'protocolAutolink', 'emailAutolink'];

/** One tilde means nothing: "~5 %". */
const gfm = { singleTilde: false };

const parser = unified()
  .use(remarkParse)
  .use(remarkGfm, gfm)
  .use(remarkDirective)
  .use(keepToDigests)
  .freeze();
const blockParser = unified()
  .use(remarkParse)
  .use(remarkGfm, gfm)
  .use(remarkDirective)
  .use(keepToDigests)
  .use(disableConstructs, inlineConstructs)
  .freeze();
/** All tags, of blocks too, are read as part of a paragraph. */
const tagParser = unified()
  .use(remarkParse)
  .use(remarkGfm, gfm)
  .use(keepToDigests)
  .use(disableConstructs, ['htmlFlow'])
  .freeze();

/**
 * Parses the Markdown of a digest. Refuses, before the parser sees it, what would take the parser long:
 * its nesting recurses, and emphasis and links take quadratic time in the length of a paragraph.
 */
export function parseMdast(text: string, source: Source): Root | undefined {
  if (!reportLines(text, source)) return undefined;
  const isLong = text.split(/\n[ \t]*\n/).some((chunk) => isTooLong(chunk) || isTooMarked(chunk));
  if (isLong && !reportParagraphs(blockParser.parse(text), text, source)) return undefined;
  const isSlow = (value: string): boolean => isTooLong(value) || isTooMarked(value);
  const read = readHtml(parser.parse(text), { text, parse: (value) => tagParser.parse(value), isSlow });
  return dropAttributes(read, source);
}

function keepToDigests(this: Processor): void {
  const data = this.data();
  // ":30pm" is a time of day. Only blocks are directives.
  for (const extension of data.micromarkExtensions ?? []) delete extension.text?.[colon];
  // An address that is typed as text stays text: as a link it would hide that "](" beside it was meant as one.
  const { fromMarkdownExtensions = [] } = data;
  data.fromMarkdownExtensions = fromMarkdownExtensions
    .flat()
    .filter(({ transforms }) => transforms === undefined);
  // A pasted line is often indented, and "---" under a paragraph is rarely meant as a headline.
  disableConstructs.call(this, ['setextUnderline', 'codeIndented', ...autolinks]);
}

function disableConstructs(this: Processor, names: readonly string[]): void {
  const data = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), { disable: { null: [...names] } }];
}

function reportLines(text: string, { at, report }: Source): boolean {
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    const marks = /^(?:[ \t]|>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))*/.exec(line)?.[0] ?? '';
    const depth = (marks.match(/[>*+-]|\d[.)]/g) ?? []).length;
    if (index >= limits.lines) {
      const message = `The digest has more than ${limits.lines} lines.`;
      report.error({ rule: 'too-many-lines', message, at: at(offset) });
      return false;
    }
    if (depth > limits.blockDepth || (indent > limits.indent && indent < line.length)) {
      const message = 'Quotes and bullets are nested too deep here, or the line is indented too far.';
      report.error({ rule: 'nested-too-deep', message, hint: 'Digests need one level.', at: at(offset) });
      return false;
    }
    offset += line.length + 1;
  }
  return true;
}

function reportParagraphs(root: Root, text: string, { at, report }: Source): boolean {
  let passed = true;
  const check = (node: Nodes): void => {
    if (node.type === 'paragraph' || node.type === 'heading') {
      const start = node.position?.start.offset ?? 0;
      const words = text.slice(start, node.position?.end.offset);
      if (!isTooLong(words) && !isTooMarked(words)) return;
      passed = false;
      const what = isTooLong(words)
        ? `is ${Math.ceil(Buffer.byteLength(words) / 1024)} KB long; at most 4 KB are allowed`
        : `holds more than ${limits.paragraphMarks} of the marks "*", "_" and "["`;
      report.error({
        rule: 'paragraph-too-long',
        message: `The paragraph that begins ${quoteFound(words, 30)} ${what}.`,
        hint: 'Divide it with empty lines.',
        at: at(start),
      });
    } else if ('children' in node) node.children.forEach(check);
  };
  check(root);
  return passed;
}

function isTooLong(text: string): boolean {
  return Buffer.byteLength(text) > limits.paragraphBytes;
}

function isTooMarked(text: string): boolean {
  return text.length > limits.paragraphMarks && (text.match(/[*_[]/g) ?? []).length > limits.paragraphMarks;
}
