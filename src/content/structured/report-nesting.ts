import { limits } from '../limits.ts';
import type { LineMap } from '../report/line-map.ts';
import type { Report } from '../report/report.ts';

/**
 * Refuses YAML and JSON that could exhaust a parser, before it sees them: deep nesting takes its stack,
 * and thousands of lines with mistakes take quadratic time. Brackets are counted in texts too, where they
 * come in pairs: too careful, never too lenient.
 */
export function reportNesting(
  text: string,
  places: { readonly report: Report; readonly at: LineMap },
): boolean {
  const lines = text.split('\n').length;
  if (lines > limits.lines) {
    const message = `The file has ${lines} lines; at most ${limits.lines} are allowed.`;
    places.report.error({ rule: 'too-many-lines', message });
    return false;
  }
  const index = tooDeepAt(text);
  if (index === undefined) return true;
  places.report.error({
    rule: 'nested-too-deep',
    message: 'Values are nested too deep here; a digest needs five levels.',
    hint: 'Close the brackets, and take the indentation back.',
    at: places.at(index),
  });
  return false;
}

function tooDeepAt(text: string): number | undefined {
  const brackets = bracketsTooDeepAt(text);
  let offset = 0;
  for (const line of text.split('\n')) {
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    const opened = (/^(?:[-?:][ \t]+)*/.exec(line.slice(indent))?.[0].match(/[-?:]/g) ?? []).length;
    const mapped = (line.match(/[:?-][ \t]/g) ?? []).length;
    const isTooDeep =
      opened > limits.blockDepth ||
      mapped > limits.bracketDepth * 10 ||
      (indent > limits.indent && indent < line.length);
    if (isTooDeep) return Math.min(offset, brackets ?? offset);
    offset += line.length + 1;
  }
  return brackets;
}

function bracketsTooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > limits.bracketDepth) return index;
  }
  return undefined;
}
