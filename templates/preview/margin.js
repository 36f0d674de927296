/* Beside the editor's text: notes on problems in the margin, as a proofreader writes them, and a bar along changed lines. */
import { RangeSet, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, GutterMarker, gutterLineClass, lineNumbers, ViewPlugin } from '@codemirror/view';

const setNotes = StateEffect.define();
const setChanged = StateEffect.define();
/** More than so many words of a problem stand in the list only. */
const maxWords = 12;
const gapPx = 6;

/** Notes by the position of their line, which moves with the text. */
const notes = StateField.define({
  create: () => [],
  update(before, transaction) {
    const replaced = transaction.effects.find((effect) => effect.is(setNotes));
    if (replaced) return replaced.value;
    if (!transaction.docChanged) return before;
    return before.map((note) => ({ ...note, at: transaction.changes.mapPos(note.at) }));
  },
});

class ChangedMarker extends GutterMarker {
  elementClass = 'cm-changed';
}
const changedMarker = new ChangedMarker();

const changed = StateField.define({
  create: () => RangeSet.empty,
  update(before, transaction) {
    const replaced = transaction.effects.find((effect) => effect.is(setChanged));
    return replaced ? replaced.value : before.map(transaction.changes);
  },
  provide: (field) => gutterLineClass.from(field),
});

/** Empty lines are half as high and have no number, except where the cursor is. */
const blank = Decoration.line({ class: 'cm-blank' });
const blankLines = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = findBlank(view);
    }
    update(update) {
      if (update.docChanged || update.viewportChanged || update.selectionSet) this.decorations = findBlank(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function findBlank({ state, visibleRanges }) {
  const builder = new RangeSetBuilder();
  const cursor = state.selection.main.head;
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = state.doc.lineAt(at);
      if (line.length === 0 && line.from !== cursor) builder.add(line.from, line.from, blank);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

class Margin {
  constructor(view) {
    this.ground = view.scrollDOM.appendChild(element('div', 'cm-margin-ground'));
    this.layer = view.scrollDOM.appendChild(element('div', 'cm-margin'));
    this.below = view.dom.appendChild(element('button', 'cm-below'));
    this.below.type = 'button';
    this.below.addEventListener('click', () => this.next?.());
    this.scrolled = () => this.count(view);
    view.scrollDOM.addEventListener('scroll', this.scrolled, { passive: true });
    this.place(view);
  }

  update(update) {
    const isNew = update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setNotes)));
    if (isNew || update.docChanged || update.geometryChanged || update.viewportChanged) this.place(update.view);
  }

  place(view) {
    view.requestMeasure({
      key: this,
      read: () => ({
        tops: view.state.field(notes).map(({ at }) => view.lineBlockAt(at).top + view.documentPadding.top),
        height: view.contentHeight,
      }),
      write: ({ tops, height }) => {
        this.layer.style.height = this.ground.style.height = `max(100%, ${height}px)`;
        this.layer.replaceChildren(...view.state.field(notes).map((note) => noteElement(note, view)));
        // All heights are read before the first place is written: reading one after a write lays out the page again.
        const children = [...this.layer.children];
        const heights = children.map(({ offsetHeight }) => offsetHeight);
        let free = 0;
        for (const [index, note] of children.entries()) {
          const top = Math.max(tops[index] ?? 0, free);
          note.style.top = `${top}px`;
          free = top + heights[index] + gapPx;
        }
        this.count(view);
      },
    });
  }

  /** How many notes are below what can be seen. */
  count({ scrollDOM }) {
    const end = scrollDOM.scrollTop + scrollDOM.clientHeight - this.below.offsetHeight;
    const hidden = [...this.layer.children].filter(({ offsetTop }) => offsetTop > end);
    this.below.hidden = hidden.length === 0;
    this.below.textContent = `${hidden.length} more below`;
    this.next = () => hidden[0]?.click();
  }

  destroy() {
    this.ground.remove();
    this.layer.remove();
    this.below.remove();
  }
}

function noteElement({ at, severity, text, full }, view) {
  const note = element('div', `cm-note ${severity}`);
  // The list of problems has the same findings, reachable by keyboard and read aloud.
  note.setAttribute('aria-hidden', 'true');
  note.title = full;
  note.append(element('span', 'shape'), element('span', '', text));
  note.addEventListener('click', () => {
    view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    view.focus();
  });
  return note;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export const margin = [
  notes,
  changed,
  blankLines,
  ViewPlugin.fromClass(Margin),
  lineNumbers({
    formatNumber: (number, { doc }) => (number <= doc.lines && doc.line(number).length === 0 ? '' : String(number)),
  }),
];

/** The effect that shows these problems in the margin. */
export function notesOf(problems, doc) {
  return setNotes.of(
    problems
      .toSorted((a, b) => a.line - b.line)
      .map(({ line, severity, message, hint = '' }) => {
        const short = withoutName(message);
        const words = short.split(' ');
        const text = words.length > maxWords ? `${words.slice(0, maxWords).join(' ')} ...` : short;
        return { at: doc.line(line).from, severity, text, full: `${message} ${hint}`.trim() };
      }),
  );
}

/** The effect that draws a bar along the paragraphs that begin in these lines. */
export function changedOf(lines, doc) {
  const builder = new RangeSetBuilder();
  for (const first of [...new Set(lines)].filter((line) => line <= doc.lines).toSorted((a, b) => a - b)) {
    for (let number = first; number <= doc.lines && (number === first || doc.line(number).length > 0); number += 1) {
      if (number > first && lines.includes(number)) break;
      builder.add(doc.line(number).from, doc.line(number).from, changedMarker);
    }
  }
  return setChanged.of(builder.finish());
}

/** "The headline "Sleet is due" has 10 words" stands beside that headline: "Headline has 10 words". */
function withoutName(message) {
  return message.replace(/^The ([\w ]+?) (?:of )?["“][^"”]*["”] /u, (_, words) => `${words[0].toUpperCase()}${words.slice(1)} `);
}
