/**
 * Marks around what each file of a template wrote, so that a mistake in the whole can be traced to its file.
 * They are private-use characters, which no template needs.
 */
const begin = '\u{F0000}';
const endOfPath = '\u{F0001}';
const end = '\u{F0002}';

/** One stretch of text that a file wrote itself, with the files around it. */
interface Stretch {
  readonly text: string;
  /** From the outermost file to the one that wrote it. */
  readonly files: readonly string[];
}

/** Text with the files that wrote it. */
export interface Trace {
  readonly stretches: readonly Stretch[];
}

export function mark(path: string, text: string): string {
  return `${begin}${path}${endOfPath}${text}${end}`;
}

export function readTrace(marked: string): Trace {
  const stretches: Stretch[] = [];
  const files: string[] = [];
  const pieces = marked.matchAll(
    new RegExp(`${begin}([^${endOfPath}]*)${endOfPath}|(${end})|([^${begin}${end}]+)`, 'gu'),
  );
  for (const [, path, closing, text] of pieces) {
    if (path !== undefined) files.push(path);
    else if (closing !== undefined) files.pop();
    else if (text !== undefined) stretches.push({ text, files: [...files] });
  }
  return { stretches };
}

/** The file that wrote a tag which begins on a line, from 1, of the whole text. */
export function fileOfTag({ stretches }: Trace, tag: string, line: number): string | undefined {
  let at = 1;
  for (const { text, files } of stretches) {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) at += 1;
      if (at === line && part.includes(`<${tag}`)) return files.at(-1);
    }
  }
  return undefined;
}

/**
 * The innermost of the files around some words whose own source matches a pattern: the words of a paragraph are
 * written by `text`, and their colour by a file around it.
 */
export function fileAround(
  { stretches }: Trace,
  words: string,
  matches: (file: string) => boolean,
): string | undefined {
  // The outermost file writes the title and the preheader, which repeat words.
  const around = stretches.filter(({ text, files }) => files.length > 1 && text.includes(words));
  return around.flatMap(({ files }) => files.findLast(matches) ?? [])[0];
}
