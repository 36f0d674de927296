/* The curator's page: follows the file as it is saved, and saves what is written beside it. */
import { createEditor } from './editor.js';
import { clock, find, make, markLine, number, showChanges, showInbox, showLength, showProblems, showState, showText } from './panes.js';

const view = { shown: 'email', scheme: 'light', images: true };
/** The file as it was read or written last, and whether the editor has more. */
const file = { stamp: '', text: '', unsaved: false, saving: false };
let state;
let timer;
let at = 0;

const editor = createEditor(find('editor'), {
  changed() {
    file.unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(() => void save(), 600);
    showFile();
  },
  save: () => void save(),
  moved(line) {
    at = line;
    markLine(at);
  },
  next(step) {
    const lines = [...new Set((state?.problems ?? []).map(({ line }) => line).filter(Boolean))].toSorted((a, b) => a - b);
    const next = step > 0 ? lines.find((line) => line > at) : lines.findLast((line) => line < at);
    if (lines.length > 0) editor.goTo(next ?? (step > 0 ? lines[0] : lines.at(-1)));
  },
  approve: openApproval,
});

async function ask(path, options) {
  const response = await fetch(path, options);
  const value = await response.json().catch(() => ({}));
  return { ok: response.ok, status: response.status, value };
}

const send = (path, method, body) => ask(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function loadFile() {
  const { ok, value } = await ask('file');
  if (!ok || value.stamp === file.stamp) return;
  if (file.unsaved && editor.text !== value.text) {
    showConflict(value);
    return;
  }
  take(value);
}

function take(version) {
  if (editor.text !== version.text) editor.text = version.text;
  Object.assign(file, { stamp: version.stamp, text: version.text, savedAt: version.savedAt, unsaved: false });
  showBanner();
  showFile();
}

async function save() {
  clearTimeout(timer);
  if (!file.unsaved || file.saving || !find('banner').hidden) return;
  const { text } = editor;
  file.saving = true;
  try {
    const { ok, status, value } = await send('file', 'PUT', { text, base: file.stamp });
    if (ok) {
      Object.assign(file, { stamp: value.stamp, text, savedAt: value.savedAt, unsaved: editor.text !== text });
      if (file.unsaved) timer = setTimeout(() => void save(), 600);
      showFile();
    } else if (status === 409 && value.stamp !== undefined) showConflict(value);
    else say(value.error ?? 'The file could not be written.');
  } catch {
    stopped();
  } finally {
    file.saving = false;
  }
}

function showConflict(theirs) {
  const mine = editor.text.split('\n');
  const others = new Set(theirs.text.split('\n'));
  const count = mine.filter((line) => !others.has(line)).length;
  const banner = showBanner(
    `This file was saved elsewhere at ${clock(theirs.savedAt, state?.timeZone)}.`,
    ` Your ${count === 1 ? 'changed line is' : `${count} changed lines are`} kept here and not written.`,
  );
  const choice = (label, action) => {
    const button = make('button', '', label);
    button.type = 'button';
    button.addEventListener('click', action);
    banner.append(button);
  };
  choice('Take theirs', () => take(theirs));
  choice('Keep mine', () => {
    file.stamp = theirs.stamp;
    showBanner();
    void save();
  });
}

function showBanner(title, text = '') {
  const banner = find('banner');
  banner.replaceChildren();
  banner.hidden = title === undefined;
  if (title !== undefined) banner.append(make('strong', '', title), text);
  return banner;
}

function say(text) {
  find('said').textContent = text;
  find('said').hidden = text === '';
}

function stopped() {
  showBanner('The preview has stopped.', ' Start it again with `daybrief preview`; what is not saved yet stays here.');
}

function showFile() {
  const saved = file.savedAt === undefined ? '' : `, saved ${clock(file.savedAt, state?.timeZone)}`;
  find('file').textContent = `${state?.file ?? ''}${file.unsaved ? ', not saved yet' : saved}`;
}

async function load() {
  const { ok, value } = await ask('state');
  if (!ok) return;
  state = value;
  show();
  await loadFile();
}

function show() {
  const { publication, date, timeZone } = state;
  document.title = `${publication} ${date}`;
  find('publication').textContent = publication;
  find('date').textContent = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`));
  showFile();
  showState(state);
  showProblems(state, goTo);
  editor.show(state.problems);
  showLength(state);
  showText(state);
  showInbox(state);
  showChanges(state);
  markLine(at);
  showFrames();
  if (state.shownAt < state.savedAt && state.failure === undefined) {
    const first = state.problems.find(({ severity }) => severity === 'error');
    say(`${first?.line === undefined ? 'The file' : `Line ${first.line}`} is not finished: the previews show what was saved at ${clock(state.shownAt, timeZone)}.`);
  } else say(state.failure ?? '');
}

/** Loads the renderings again, at the place where they were scrolled to as far as a sandbox allows. */
function showFrames() {
  const name = view.shown === 'page' ? 'page' : 'email';
  const query = new URLSearchParams({ scheme: view.scheme, images: view.images ? 'on' : 'off', v: state?.version ?? 0 });
  for (const id of ['phone', 'desktop']) {
    const url = `frame/${name}?${query}`;
    if (find(id).dataset.url === url) continue;
    find(id).dataset.url = url;
    find(id).src = url;
  }
  scaleDesktop();
}

function scaleDesktop() {
  const frame = find('desktop');
  const room = frame.parentElement.clientWidth;
  const factor = Math.min(1, room / 600);
  frame.style.transform = `scale(${factor})`;
  frame.style.height = `${frame.parentElement.clientHeight / factor}px`;
  find('scale').textContent = factor === 1 ? '600 wide' : `600 wide, shown at ${Math.round(factor * 100)} %`;
}

function press(group, name, value) {
  for (const button of find(group).querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset[name] === value));
}

function showView(shown) {
  view.shown = shown;
  press('views', 'view', shown);
  for (const part of document.querySelectorAll('[data-for]')) part.hidden = !part.dataset.for.split(' ').includes(shown);
  find('schemes').hidden = shown !== 'email';
  find('images-off').hidden = shown !== 'email';
  showFrames();
}

function showScheme(scheme) {
  view.scheme = scheme;
  press('schemes', 'scheme', scheme);
  showFrames();
}

function showPart(part) {
  document.querySelector('main').dataset.part = part;
  for (const button of document.querySelectorAll('.tabs button')) button.setAttribute('aria-pressed', String(button.dataset.part === part));
}

function goTo(line, column) {
  showPart('editor');
  if (line !== undefined) editor.goTo(line, column);
}

function openApproval() {
  if (find('approve').getAttribute('aria-disabled') === 'true') {
    say('It can be approved once nothing stops it, and only if something has changed since the last approval.');
    return;
  }
  const { brevity, heaviestBytes, subject, preheader, approval, sendAt, timeZone, contentHash } = state;
  const facts = [
    ['Goes out', `${sendAt} ${timeZone}, ${state.date}`],
    ['To', approval === undefined ? 'all active subscribers' : `${number(approval.audience)} people`],
    ['Length', `${number(brevity.words)} words, ${(heaviestBytes / 1024).toFixed(0)} KB`],
    ['Subject', subject],
    ['Preheader', preheader],
    ['ID', contentHash.slice(0, 12)],
  ];
  find('facts').replaceChildren(...facts.flatMap(([term, text]) => [make('dt', '', term), make('dd', '', text)]));
  find('dialog-title').textContent = `Approve for ${sendAt}?`;
  find('dialog-note').textContent = find('counts').textContent;
  find('dialog').showModal();
}

async function act(button, path, body, working) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const label = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.textContent = working;
  try {
    const { value } = await send(path, 'POST', body);
    say(value.said ?? value.error ?? '');
  } catch {
    stopped();
  }
  button.textContent = label;
  button.setAttribute('aria-disabled', 'false');
}

for (const button of find('views').children) button.addEventListener('click', () => showView(button.dataset.view));
for (const button of find('schemes').children) button.addEventListener('click', () => showScheme(button.dataset.scheme));
for (const button of document.querySelectorAll('.tabs button')) button.addEventListener('click', () => showPart(button.dataset.part));
find('images-off').firstElementChild.addEventListener('change', ({ target }) => {
  view.images = !target.checked;
  showFrames();
});
async function sendProof() {
  await save();
  await act(find('proof'), 'proof', {}, 'Sending a proof ...');
}

async function approve() {
  await act(find('confirm'), 'approve', { contentHash: state.contentHash }, 'Approving ...');
  find('dialog').close();
  await load();
}

find('proof').addEventListener('click', () => void sendProof());
find('approve').addEventListener('click', openApproval);
find('cancel').addEventListener('click', () => find('dialog').close());
find('confirm').addEventListener('click', () => void approve());
addEventListener('resize', scaleDesktop);
addEventListener('beforeunload', (event) => {
  if (file.unsaved) event.preventDefault();
});
const shortcuts = { 1: () => showView('email'), 2: () => showView('text'), 3: () => showView('page'), 4: () => showView('inbox'), 5: () => showView('changes'), l: () => showScheme('light'), d: () => showScheme('dark'), v: () => showScheme('inverted'), i: () => find('images-off').firstElementChild.click() };
addEventListener('keydown', (event) => {
  if (event.altKey && !event.ctrlKey && !event.metaKey && Object.hasOwn(shortcuts, event.key)) {
    event.preventDefault();
    shortcuts[event.key]();
  } else if ((event.ctrlKey || event.metaKey) && event.key === 's') {
    event.preventDefault();
    void save();
  }
});

showPart('editor');
const events = new EventSource('events');
events.addEventListener('message', () => void load().catch(stopped));
events.addEventListener('open', () => {
  if (find('banner').textContent.startsWith('The preview has stopped')) showBanner();
});
events.addEventListener('error', stopped);
