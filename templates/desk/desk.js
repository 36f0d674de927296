// Replaces the numbers of the page each second, and lets the list be used from the keyboard. The page works without it.
const { live } = document.body.dataset;
const numbersUrl = live?.replace(/live$/u, 'numbers');
let outline;
let failures = 0;

function apply(numbers) {
  for (const [id, text] of Object.entries(numbers.texts)) {
    const element = document.getElementById(id);
    if (element !== null && element.textContent !== text) element.textContent = text;
  }
  for (const [id, [x, width]] of Object.entries(numbers.bars)) {
    const bar = document.getElementById(id);
    bar?.setAttribute('x', x);
    bar?.setAttribute('width', width);
  }
  const isOther = outline !== undefined && outline !== numbers.outline;
  outline = numbers.outline;
  if (isOther) void reload();
}

/** Reads the page again and replaces its content; focus and scroll stay where they are. */
async function reload() {
  // Nothing that somebody types or is about to press is taken from under their hands.
  if (document.activeElement?.closest('main form') != null) return;
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok || response.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const focused = document.activeElement?.getAttribute('href');
  const main = page.querySelector('main');
  if (main === null) return;
  document.querySelector('main').replaceChildren(...main.childNodes);
  if (focused != null) document.querySelector(`main a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

async function poll() {
  try {
    const response = await fetch(numbersUrl, { headers: { accept: 'application/json' } });
    if (response.status === 401 || response.status === 403) return location.reload();
    apply(await response.json());
    failures = 0;
  } catch {
    failures += 1;
  }
  setTimeout(poll, 1_000 * Math.min(2 ** failures, 30));
}

function listen() {
  const source = new EventSource(live);
  let heard = false;
  source.addEventListener('message', ({ data }) => {
    heard = true;
    apply(JSON.parse(data));
  });
  source.addEventListener('error', () => {
    // A stream that was refused, or that a proxy holds back, is replaced by asking.
    if (source.readyState !== EventSource.CLOSED && heard) return;
    source.close();
    void poll();
  });
}

if (live !== undefined) {
  if ('EventSource' in window) listen();
  else void poll();
}

// What is under way is read again each second, until it has ended.
const follow = () => setTimeout(async () => {
  if (document.querySelector('[data-refresh]') === null) return;
  await reload().catch(() => {});
  follow();
}, 1_000);
follow();

/** "/" searches, [ and ] change the state, J and K walk the rows, Enter explains the address. */
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest('input, textarea, select') !== null) return;
  const links = (selector) => [...document.querySelectorAll(selector)];
  if (event.key === '/') {
    const field = document.querySelector('main input[type=search]');
    if (field === null) return;
    event.preventDefault();
    field.focus();
  } else if (event.key === '[' || event.key === ']') {
    const tabs = links('.tabs a');
    const current = tabs.findIndex((tab) => tab.hasAttribute('aria-current'));
    tabs[current + (event.key === ']' ? 1 : -1)]?.click();
  } else if (event.key === 'j' || event.key === 'k') {
    const rows = links('.people td:first-child a');
    const current = rows.indexOf(document.activeElement);
    rows[Math.max(0, current + (event.key === 'j' ? 1 : -1))]?.focus();
  }
});
