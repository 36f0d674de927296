/* Two versions of one file: what is in the editor, and what was saved elsewhere meanwhile. */
import { find, make, minuteOf } from './panes.js';

export function showBanner(title, text = '') {
  const banner = find('banner');
  banner.replaceChildren();
  banner.hidden = title === undefined;
  if (title !== undefined) banner.append(make('strong', '', title), text);
  return banner;
}

/** Lines of a text that another one does not have. */
function onlyIn(text, other) {
  const known = new Set(other.split('\n'));
  return text.split('\n').filter((line) => line !== '' && !known.has(line));
}

/**
 * Says that the file was saved elsewhere, and lets the writer choose. Nothing is written before.
 *
 * @param on `compare(text)` shows both, `takeTheirs()`, `keepMine()`
 */
export function showConflict(theirs, { mine, timeZone, on }) {
  const count = onlyIn(mine, theirs.text).length;
  const banner = showBanner(
    `This file was saved elsewhere at ${minuteOf(theirs.savedAt, timeZone)}.`,
    ` Your ${count === 1 ? 'changed line is' : `${count} changed lines are`} kept here and not written.`,
  );
  const choice = (label, action) => {
    const button = make('button', '', label);
    button.type = 'button';
    button.addEventListener('click', action);
    banner.append(button);
  };
  const lines = (list) => list.join('\n') || '(nothing)';
  choice('Compare', () => on.compare(`Only in the file:\n${lines(onlyIn(theirs.text, mine))}\n\nOnly here:\n${lines(onlyIn(mine, theirs.text))}`));
  choice('Take theirs', on.takeTheirs);
  choice('Keep mine', on.keepMine);
}
