import { LineCounter, isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Node, Scalar, YAMLError, YAMLMap } from 'yaml';

import type { Position } from '../../domain/editions/digest.ts';
import type { LineMap } from '../report/line-map.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import { reportNesting } from './report-nesting.ts';

/** A path of keys and indexes into a YAML value. */
export type YamlPath = readonly PropertyKey[];

export interface YamlValue {
  readonly value: unknown;
  /** Where the value at that path begins, or its key, or the nearest thing above it that exists. */
  readonly placeOf: (path: YamlPath, part: 'key' | 'value') => Position;
  /** The scalar at that path, for callers that need the positions of its lines. */
  readonly scalarAt: (path: YamlPath) => Scalar | undefined;
}

interface ReadYamlOptions {
  /** `failsafe` reads every scalar as text; `core` reads numbers and booleans too. */
  readonly schema: 'failsafe' | 'core';
  readonly report: Report;
  /** Turns an offset in the text into a place in the file. */
  readonly at: LineMap;
}

/**
 * Reads one YAML document: strict, no aliases, no tags, no second document, keys unique and plain.
 * Undefined when something was wrong, which the report then says.
 */
export function readYaml(text: string, options: ReadYamlOptions): YamlValue | undefined {
  const { report, at } = options;
  if (!reportNesting(text, options)) return undefined;
  const doc = parseDocument(text, {
    schema: options.schema,
    strict: true,
    stringKeys: true,
    uniqueKeys: true,
    prettyErrors: false,
    // `silent` would pass over a second document in silence too.
    logLevel: 'error',
    lineCounter: new LineCounter(),
  });
  const problems: YAMLError[] = [...doc.errors, ...doc.warnings];
  for (const problem of firstOfLines(problems, at)) report.error(explainYamlError(problem, { text, at }));
  // Turning a document with errors into a value can take memory without bound.
  if (problems.length > 0 || reportAliases(doc, options)) return undefined;
  reportLostComments(doc, text, options);

  return {
    value: doc.toJS({ maxAliasCount: 0 }) as unknown,
    placeOf: (path, part) => at(offsetOf(doc, path, part)),
    scalarAt(path) {
      const node = path.length === 0 ? doc.contents : doc.getIn([...path], true);
      return isScalar(node) ? node : undefined;
    },
  };
}

/** One mistake causes more on its line, so only the first per line is reported. */
function firstOfLines(problems: readonly YAMLError[], at: LineMap): readonly YAMLError[] {
  const lines = new Map<number, YAMLError>();
  for (const problem of problems.slice(0, 100)) {
    const { line } = at(problem.pos[0]);
    if (!lines.has(line)) lines.set(line, problem);
  }
  return [...lines.values()].slice(0, 20);
}

function reportAliases(doc: Document.Parsed, { report, at }: ReadYamlOptions): boolean {
  let found = false;
  visit(doc, {
    Node(_, node) {
      const anchored = !isAlias(node) && node.anchor !== undefined;
      if (!isAlias(node) && !anchored) return;
      found = true;
      report.error({
        rule: 'yaml-alias',
        message: `Here ${isAlias(node) ? `\`*${node.source}\` repeats` : `\`&${node.anchor ?? ''}\` names`} another value; each value is written out.`,
        hint: 'Put the text in quotation marks if the sign belongs to it.',
        at: at(node.range?.[0] ?? 0),
      });
    },
  });
  return found;
}

/** `subject: We're #1` ends before the `#`, in silence, and the curator would see it in the inbox. */
function reportLostComments(doc: Document.Parsed, text: string, { report, at }: ReadYamlOptions): void {
  visit(doc, {
    Scalar(_, node) {
      if (node.type !== 'PLAIN' || typeof node.comment !== 'string' || node.comment.startsWith(' ')) return;
      report.warn({
        rule: 'yaml-comment',
        message: `${quoteFound(`#${node.comment}`)} is taken as a comment and left out.`,
        hint: 'Put the whole text in quotation marks if it belongs to it.',
        at: at(text.indexOf('#', node.range?.[1] ?? 0)),
      });
    },
  });
}

function offsetOf(doc: Document.Parsed, path: YamlPath, part: 'key' | 'value'): number {
  let node: unknown = doc.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    const next: unknown = isMap(node)
      ? pairOf(node, step)
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined;
    if (next === undefined) return offset;
    if (isPair(next)) {
      const key = startOf(next.key);
      node = next.value;
      offset = isLast && part === 'key' ? (key ?? offset) : (startOf(node) ?? key ?? offset);
    } else {
      node = next;
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

function pairOf(map: YAMLMap, key: PropertyKey): unknown {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? ((node as Node).range?.[0] ?? undefined) : undefined;
}
