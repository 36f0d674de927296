/* The renderings: as long as their content, so that the page scrolls them and marks the block where the cursor is. */
import { find, number } from './panes.js';

const bracketRoomPx = 10;
const desktopPx = 600;
/** Line of the cursor. */
let at = 0;

/** Loads the renderings that are not shown yet; each keeps its place. */
export function showFrames(view, version) {
  const name = view.shown === 'page' ? 'page' : 'email';
  const query = new URLSearchParams({ scheme: view.scheme, images: view.images ? 'on' : 'off', v: version });
  for (const id of ['phone', 'desktop']) {
    const url = `frame/${name}?${query}`;
    if (find(id).dataset.url === url) continue;
    find(id).dataset.url = url;
    find(id).src = url;
  }
  fitFrames();
}

export function fitFrames() {
  for (const id of ['phone', 'desktop']) fit(id);
  const factor = factorOf('desktop');
  find('scale').textContent = factor === 1 ? '600 wide' : `600 wide, shown at ${number(Math.round(factor * 100))} %`;
}

function factorOf(id) {
  if (id === 'phone') return 1;
  const room = find(id).closest('.screen').clientWidth - bracketRoomPx;
  return room <= 0 ? 1 : Math.min(1, room / desktopPx);
}

function fit(id) {
  const frame = find(id);
  const root = frame.contentDocument?.documentElement;
  if (!root) return;
  const factor = factorOf(id);
  const height = Math.ceil(root.getBoundingClientRect().height);
  frame.style.height = `${Math.max(height, 40)}px`;
  frame.style.transform = factor === 1 ? '' : `scale(${factor})`;
  frame.parentElement.style.height = `${Math.max(height, 40) * factor}px`;
  showBracket(id);
}

/** Marks the block of a line in both renderings. @param follow true to scroll to it where it is out of sight */
export function bracketLine(line, follow) {
  at = line;
  for (const id of ['phone', 'desktop']) {
    const place = showBracket(id);
    if (!follow || place === undefined) continue;
    const screen = find(id).closest('.screen');
    const isSeen = place.top < screen.scrollTop + screen.clientHeight - 40 && place.end > screen.scrollTop + 40;
    if (!isSeen) screen.scrollTop = place.top - 20;
  }
}

function showBracket(id) {
  const frame = find(id);
  const bracket = frame.parentElement.querySelector('.bracket');
  const marks = [...(frame.contentDocument?.querySelectorAll('[data-line]') ?? [])];
  const index = marks.findLastIndex(({ dataset }) => Number(dataset.line) <= at);
  const mark = marks[index];
  bracket.hidden = mark === undefined;
  if (mark === undefined) return undefined;
  const factor = factorOf(id);
  const top = mark.getBoundingClientRect().top * factor;
  const next = marks[index + 1]?.getBoundingClientRect().top ?? frame.contentDocument.documentElement.getBoundingClientRect().height;
  const end = next * factor;
  bracket.style.top = `${top}px`;
  bracket.style.height = `${Math.max(end - top, 8)}px`;
  return { top, end };
}

/** Follows what is loaded, and its images. */
export function watchFrames() {
  for (const id of ['phone', 'desktop']) {
    find(id).addEventListener('load', () => {
      const root = find(id).contentDocument?.documentElement;
      if (root) new ResizeObserver(() => fit(id)).observe(root);
      fitFrames();
    });
  }
  new ResizeObserver(fitFrames).observe(find('tray'));
}
