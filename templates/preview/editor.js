/* The editor: CodeMirror with the problems of the page inline, and completion of what a digest may contain. */
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab, toggleTabFocusMode } from '@codemirror/commands';
import { markdown } from '@codemirror/lang-markdown';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Annotation, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';

import { changedOf, margin, notesOf } from './margin.js';

/**
 * What a digest may contain, from its schema; the preview sends it once.
 *
 * @type {{ frontMatter: any[], story: any[], sections: any[], leadIns: string[] }}
 */
let offers = { frontMatter: [], story: [], sections: [], leadIns: [] };

const dashboardLine = '1. **Label:** [Headline](https://)';

const option = (label, apply, detail) => ({ label, apply, detail, type: 'text' });

const attributeOption = ({ name, detail, isFlag }) => option(name, isFlag ? name : `${name}=""`, detail);

function sectionOption({ name, detail, hasTitle, hasText, attributes }) {
  const needed = attributes.filter((attribute) => attribute.name === 'name' || attribute.name === 'href');
  const braces = needed.length === 0 ? '' : `{${needed.map((attribute) => `${attribute.name}="${attribute.name === 'href' ? 'https://' : ''}"`).join(' ')}}`;
  const text = name === 'dashboard' ? dashboardLine : '';
  return option(`:::${name}`, `:::${name}${hasTitle ? '[Title]' : ''}${braces}\n${hasText ? `${text}\n` : ''}:::`, detail);
}

function complete(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const section = /^:{1,3}[a-z-]*$/u.exec(before);
  if (section) return { from: line.from, options: offers.sections.map(sectionOption) };
  const leadIn = /^(?:[-*] )?\*\*[\p{L}\p{M} ',’]*$/u.exec(before);
  if (leadIn) {
    const from = line.from + before.lastIndexOf('**');
    return { from, options: offers.leadIns.map((words) => option(`**${words}:**`, `**${words}:** `, 'lead-in')) };
  }
  const attribute = /\{[^}]*?([a-z]*)$/u.exec(before);
  if (attribute && !/=\s*["'][^"']*$/u.test(before)) {
    const name = /^:::\s*([a-z-]+)/u.exec(before)?.[1];
    const { attributes = offers.story } = offers.sections.find((known) => known.name === name) ?? {};
    const isThere = ({ name: key }) => new RegExp(`[{\\s]${key}(?:=|\\s)`, 'u').test(before);
    return { from: context.pos - attribute[1].length, options: attributes.filter((known) => !isThere(known)).map(attributeOption) };
  }
  const head = context.state.doc.sliceString(0, line.from);
  const isHead = head.startsWith('---\n') && !/\n(?:---|\.\.\.)\n/u.test(head.slice(3));
  if (isHead && /^[a-z]+$/u.test(before)) {
    return { from: line.from, options: offers.frontMatter.map(({ name, detail }) => option(name, `${name}: `, detail)) };
  }
  return null;
}

const style = HighlightStyle.define([
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.strong, fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.url, tags.processingInstruction, tags.meta], color: 'var(--grey)' },
  { tag: tags.monospace, fontFamily: 'ui-monospace, Menlo, Consolas, monospace', fontSize: '14px' },
]);

const quietly = Annotation.define();

/** What the editor is made of, and what its keys do. */
function extensionsOf(on) {
  const run = (action) => () => {
    action();
    return true;
  };
  return [
    margin,
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    history(),
    // Front matter ends with dashes, which are no heading.
    markdown({ extensions: [{ remove: ['SetextHeading'] }] }),
    syntaxHighlighting(style),
    autocompletion({ override: [complete] }),
    EditorView.lineWrapping,
    EditorView.cspNonce.of(document.body.dataset.nonce ?? ''),
    EditorView.contentAttributes.of({ 'aria-label': 'Text of the digest', spellcheck: 'true', tabindex: '0' }),
    keymap.of([
      { key: 'Mod-s', run: run(on.save), preventDefault: true },
      { key: 'F8', run: run(() => on.next(1)) },
      { key: 'Shift-F8', run: run(() => on.next(-1)) },
      { key: 'Mod-Enter', run: run(on.approve) },
      { key: 'Mod-.', run: run(on.explain) },
      { key: 'Ctrl-m', run: toggleTabFocusMode },
      indentWithTab,
      ...completionKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
      const isOwn = transactions.some((transaction) => transaction.annotation(quietly) === true);
      if (docChanged && !isOwn) on.changed();
      if (selectionSet || docChanged) on.moved(state.doc.lineAt(state.selection.main.head).number, selectionSet && !isOwn);
    }),
  ];
}

/** Where a problem is underlined, and what is said there. */
function toDiagnostic({ line, column = 1, severity, message, hint = '', rule }, doc) {
  const at = doc.line(line);
  const text = `${message} ${hint}`.trim();
  const start = Math.min(column - 1, at.length);
  const [from, to] = provingWords(at.text, start, message);
  return { from: at.from + from, to: at.from + to, severity: severity === 'note' ? 'info' : severity, message: text, source: rule };
}

/** The words that a message quotes, else a whole headline, the lead-in or the first three words: never a paragraph. */
function provingWords(text, start, message) {
  for (const [, words] of message.matchAll(/["“`]([^"”`]+)["”`]/gu)) {
    const found = text.toLowerCase().indexOf(words.toLowerCase(), start);
    if (found !== -1) return [found, found + words.length];
  }
  if (text.startsWith('#')) return [start, text.length];
  const [beginning = ''] = /^(?:\*\*[^*]+\*\*|\S+(?:\s+\S+){0,2})/u.exec(text.slice(start)) ?? [];
  return [start, start + beginning.length];
}

/**
 * @param {HTMLElement} parent
 * @param {{ changed: () => void, save: () => void, moved: (line: number, isByHand: boolean) => void, explain: () => void, next: (step: number) => void, approve: () => void }} on
 */
export function createEditor(parent, on) {
  const view = new EditorView({ parent, state: EditorState.create({ doc: '', extensions: extensionsOf(on) }) });
  return {
    get text() {
      return view.state.doc.toString();
    },
    /** Replaces the text, keeping the cursor where it was. */
    set text(text) {
      const before = view.state.doc.toString();
      let from = 0;
      while (from < Math.min(before.length, text.length) && before[from] === text[from]) from += 1;
      let same = 0;
      while (same < Math.min(before.length, text.length) - from && before.at(-1 - same) === text.at(-1 - same)) same += 1;
      view.dispatch({
        changes: { from, to: before.length - same, insert: text.slice(from, text.length - same) },
        annotations: quietly.of(true),
      });
    },
    /** What completion offers from now on. */
    offer(completions) {
      offers = completions;
    },
    /** Shows problems in the margin and under their words, and a bar along changed lines. */
    show(problems, changedLines) {
      const { doc } = view.state;
      const placed = problems.filter(({ line }) => line !== undefined && line <= doc.lines);
      view.dispatch(setDiagnostics(view.state, placed.map((problem) => toDiagnostic(problem, doc))));
      view.dispatch({ effects: [notesOf(placed, doc), changedOf(changedLines, doc)] });
    },
    focus: () => view.focus(),
    /** Puts text on a line of its own, below that of the cursor; at the end while that is within the front matter. */
    addLine(text) {
      const { doc, selection } = view.state;
      const at = doc.lineAt(selection.main.head);
      const to = isFrontMatter(doc, at.number) ? doc.length : at.to;
      const insert = `\n\n${text}\n`;
      view.dispatch({ changes: { from: to, insert }, selection: { anchor: to + insert.length } });
      view.focus();
    },
    goTo(line, column = 1) {
      const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      const anchor = Math.min(at.from + column - 1, at.to);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
  };
}

/** Whether a line is above the text: from the first `---` to the second. */
function isFrontMatter(doc, number) {
  if (doc.line(1).text.trim() !== '---') return false;
  let last = 2;
  while (last < doc.lines && doc.line(last).text.trim() !== '---') last += 1;
  return number <= last;
}
