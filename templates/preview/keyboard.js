/* Keys that work wherever the focus is. */
import { find } from './panes.js';

/** Where Enter on a problem was pressed: Escape in the editor leads back there. */
let cameFrom;

export function listenToKeys(page) {
  const shortcuts = {
    1: () => page.showView('email'),
    2: () => page.showView('text'),
    3: () => page.showView('page'),
    4: () => page.showView('inbox'),
    5: () => page.showView('changes'),
    l: () => page.showScheme('light'),
    d: () => page.showScheme('dark'),
    v: () => page.showScheme('inverted'),
    i: () => find('images-off').firstElementChild.click(),
  };
  const withControl = { s: page.save, Enter: page.openApproval };
  find('problem-list').addEventListener('click', ({ target }) => {
    cameFrom = target.closest('button')?.dataset.line;
  });
  find('editor').addEventListener('keydown', ({ key, defaultPrevented }) => {
    if (key !== 'Escape' || defaultPrevented || cameFrom === undefined) return;
    find('problem-list').querySelector(`button[data-line="${cameFrom}"]`)?.focus();
    cameFrom = undefined;
  });
  find('keys-button').addEventListener('click', () => find('keys').showModal());
  find('keys-close').addEventListener('click', () => find('keys').close());
  addEventListener('keydown', (event) => {
    const action = actionOf(event, { shortcuts, withControl, page });
    if (action === undefined || event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    action();
  });
}

function actionOf(event, { shortcuts, withControl, page }) {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  const isControl = ctrlKey || metaKey;
  if (key === 'F6') return () => nextPart(shiftKey ? -1 : 1, page.editor);
  if (key === 'F8') return () => page.nextProblem(shiftKey ? -1 : 1);
  if (altKey && !isControl && Object.hasOwn(shortcuts, key)) return shortcuts[key];
  return isControl && Object.hasOwn(withControl, key) ? withControl[key] : undefined;
}

/** Moves the focus round the parts of the page. */
function nextPart(step, editor) {
  const parts = [find('editor'), find('problems'), find('tray'), document.querySelector('.toolbar')];
  const now = parts.findIndex((part) => part.contains(document.activeElement));
  const part = parts.at((now + step + parts.length) % parts.length);
  if (part === parts[0]) editor.focus();
  else [...part.querySelectorAll('[aria-pressed=true], [tabindex="0"], button')].find((each) => each.checkVisibility())?.focus();
}
