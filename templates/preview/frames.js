/* The renderings: as long as their content, so that the page scrolls them and marks the block where the cursor is. */
import { find, number } from './panes.js';
import { renew } from './renew.js';

const bracketRoomPx = 10;
const desktopPx = 600;
/** Line of the cursor. */
let at = 0;

const ids = ['phone', 'desktop'];
/** What both frames show, or are about to: a rendering, and the version of it. */
const shown = { url: '', version: 0 };

/** Loads the rendering that is not shown yet. Of another version only what differs is replaced, so each frame keeps its place. */
export function showFrames(view, state) {
  const isPage = view.shown === 'page';
  const query = new URLSearchParams({ scheme: view.scheme, images: view.images ? 'on' : 'off' });
  const url = `frame/${isPage ? 'page' : 'email'}?${query}`;
  const version = (isPage ? state?.version : state?.emailVersion) ?? 0;
  if (url === shown.url && version === shown.version) return;
  const canRenew = url === shown.url && ids.every((id) => find(id).dataset.loaded === shown.url);
  Object.assign(shown, { url, version });
  if (canRenew) void renewFrames(url, version);
  else loadFrames(url, version);
}

function loadFrames(url, version) {
  for (const id of ids) {
    find(id).dataset.loaded = '';
    find(id).src = `${url}&v=${version}`;
  }
  fitFrames();
}

async function renewFrames(url, version) {
  const html = await fetch(`${url}&v=${version}`).then((response) => (response.ok ? response.text() : undefined), () => undefined);
  if (html === undefined || url !== shown.url || version !== shown.version) return;
  const { documentElement } = new DOMParser().parseFromString(html, 'text/html');
  for (const id of ids) renew(find(id).contentDocument.documentElement, documentElement);
  fitFrames();
}

export function fitFrames() {
  for (const id of ids) fit(id);
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
  for (const id of ids) {
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
  for (const id of ids) {
    find(id).addEventListener('load', () => {
      find(id).dataset.loaded = shown.url;
      const root = find(id).contentDocument?.documentElement;
      if (root) new ResizeObserver(() => fit(id)).observe(root);
      fitFrames();
    });
  }
  new ResizeObserver(fitFrames).observe(find('tray'));
}
