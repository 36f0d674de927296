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

const sections = [
  [':::dashboard[Title]\n1. **Label:** [Headline](https://)\n:::', ':::dashboard', 'a list of headlines with labels'],
  [':::sponsor{name="" href="https://"}\n\n:::', ':::sponsor', 'a paid message'],
  [':::note[Title]\n\n:::', ':::note', 'a box apart from the news'],
  [':::button[Label]{href="https://"}\n:::', ':::button', 'one thing to press'],
  [':::contents\n:::', ':::contents', 'links to the stories below'],
  [':::closing\n\n:::', ':::closing', 'the sign-off'],
];
const attributes = ['section', 'published', 'updated', 'credit', 'kicker', 'by', 'lead', 'caption', 'name', 'href'];
const frontMatter = ['date', 'subject', 'preheader', 'editor', 'numbered', 'waive'];
const leadIns = ['Why it matters', 'The big picture', 'Between the lines', 'Driving the news', 'By the numbers', "What's next", 'Yes, but', 'The bottom line', 'Reality check', 'Zoom in', 'Zoom out', 'Go deeper'];

const option = (label, apply, detail) => ({ label, apply, detail, type: 'text' });

function complete(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const section = /^:{1,3}[a-z]*$/u.exec(before);
  if (section) return { from: line.from, options: sections.map(([apply, label, detail]) => option(label, apply, detail)) };
  const leadIn = /^(?:[-*] )?\*\*[\w ',]*$/u.exec(before);
  if (leadIn) {
    const from = line.from + before.lastIndexOf('**');
    return { from, options: leadIns.map((words) => option(`**${words}:**`, `**${words}:** `, 'lead-in')) };
  }
  const attribute = /\{[^}]*?([a-z]*)$/u.exec(before);
  if (attribute && !/=\s*["'][^"']*$/u.test(before)) {
    return { from: context.pos - attribute[1].length, options: attributes.map((key) => option(key, key === 'lead' ? key : `${key}=""`, 'attribute')) };
  }
  const head = context.state.doc.sliceString(0, line.from);
  const isHead = head.startsWith('---\n') && !/\n(?:---|\.\.\.)\n/u.test(head.slice(3));
  if (isHead && /^[a-z]+$/u.test(before)) {
    return { from: line.from, options: frontMatter.map((key) => option(key, `${key}: `, 'front matter')) };
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
    EditorView.contentAttributes.of({ 'aria-label': 'Text of the digest', spellcheck: 'true' }),
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
    /** Shows problems in the margin and under their words, and a bar along changed lines. */
    show(problems, changedLines) {
      const { doc } = view.state;
      const placed = problems.filter(({ line }) => line !== undefined && line <= doc.lines);
      view.dispatch(setDiagnostics(view.state, placed.map((problem) => toDiagnostic(problem, doc))));
      view.dispatch({ effects: [notesOf(placed, doc), changedOf(changedLines, doc)] });
    },
    focus: () => view.focus(),
    goTo(line, column = 1) {
      const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      const anchor = Math.min(at.from + column - 1, at.to);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
  };
}
