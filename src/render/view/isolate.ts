/**
 * Phone numbers, addresses and other runs of Latin letters and digits with blanks or signs between them: the
 * bidirectional algorithm would reorder their parts in text that reads from right to left (UAX 9).
 */
const runs =
  /(?:[+$€£¥]|\b)[0-9A-Za-z@](?:[0-9A-Za-z@._%/:+#-]|,(?=\d))*(?:[ \u00a0](?:[$€£¥]?[0-9A-Za-z(](?:[0-9A-Za-z@._%/:+#()-]|,(?=\d))*))*/gu;

interface TextPart {
  readonly text: string;
  readonly isIsolated: boolean;
}

/** Cuts a text at the runs that must be isolated; in text from left to right there are none. */
export function isolateText(text: string, rtl: boolean): readonly TextPart[] {
  if (!rtl) return [{ text, isIsolated: false }];
  const parts: TextPart[] = [];
  let done = 0;
  for (const { 0: run, index } of text.matchAll(runs)) {
    // A single number or word is not reordered.
    if (!/[0-9A-Za-z].*[^0-9A-Za-z].*[0-9A-Za-z]|^\+/u.test(run)) continue;
    const end = run.replace(/[._:-]+$/u, '');
    if (index > done) parts.push({ text: text.slice(done, index), isIsolated: false });
    parts.push({ text: end, isIsolated: true });
    done = index + end.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done), isIsolated: false });
  return parts;
}
