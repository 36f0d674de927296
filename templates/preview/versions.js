/* What has changed since an approval, a proof or the last edition, sentence by sentence. */
import { find, make } from './panes.js';

const kinds = { deleted: 'del', inserted: 'ins', same: 'span' };
/** What the page compares with; undefined for the first of the baselines. */
let chosen;
let latest = 0;

/** @param on `goTo(line)`: what a press on "line 16" does */
export async function showChanges(state, on) {
  const { baselines, changes } = state;
  const button = document.querySelector('[data-view=changes]');
  button.textContent = changes.length === 0 ? 'Changes' : `Changes (${changes.length})`;
  const current = baselines.find(({ id }) => id === chosen) ?? baselines[0];
  if (current === undefined) {
    find('changes').replaceChildren(make('h2', '', 'Nothing was approved or proofed yet, so there is nothing to compare with.'));
    return;
  }
  const turn = (latest += 1);
  const shown = current === baselines[0] ? changes : await changesSince(current.id);
  if (turn === latest) draw(state, { current, shown, on });
}

async function changesSince(id) {
  const response = await fetch(`changes?${new URLSearchParams({ since: id })}`);
  return response.ok ? response.json() : [];
}

function draw(state, { current, shown, on }) {
  const since = current.id === 'approved' ? `revision ${state.approval?.revision}` : current.label.replace(/^P/u, 'p');
  const title = shown.length === 0 ? `Nothing has changed since ${since}` : `${shown.length} ${shown.length === 1 ? 'change' : 'changes'} since ${since}`;
  const head = make('div', 'compared');
  head.append(make('h2', '', title), comparedWith(state, { current, on }));
  const rest = shown.length === 0 ? [] : [make('p', 'grey', 'Everything else in the text is the same.')];
  find('changes').replaceChildren(head, ...shown.map((change) => box(change, on)), ...rest);
}

function comparedWith(state, { current, on }) {
  const line = make('p', 'grey', 'Compared with: ');
  state.baselines.forEach(({ id, label }, index) => {
    if (index > 0) line.append(' · ');
    if (id === current.id) {
      line.append(make('strong', '', label));
      return;
    }
    const link = make('button', 'link', label);
    link.type = 'button';
    link.dataset.baseline = id;
    link.addEventListener('click', () => {
      chosen = id;
      void showChanges(state, on);
    });
    line.append(link);
  });
  return line;
}

function box({ parts, block, line }, { goTo }) {
  const article = make('article');
  const head = make('header');
  const isGone = parts.every(({ kind }) => kind === 'deleted');
  head.append(make('strong', '', block ?? (isGone ? 'Deleted' : 'Masthead and footer')));
  if (line !== undefined) {
    const link = make('button', 'link', `line ${line}`);
    link.type = 'button';
    link.addEventListener('click', () => goTo(line));
    head.append(link);
  }
  const text = make('p');
  text.append(...parts.map(({ kind, text: words }) => make(kinds[kind], '', words)));
  article.append(head, text);
  return article;
}
