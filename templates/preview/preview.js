/* The curator's page: follows the file as it is saved, and saves what is written beside it. */
import { showBanner, showConflict } from './conflict.js';
import { createEditor } from './editor.js';
import { bracketLine, fitFrames, showFrames, watchFrames } from './frames.js';
import { listenToKeys } from './keyboard.js';
import { clock, find, make, markLine, minuteOf, number, people, showInbox, showLength, showProblems, showState, showText, showWhen } from './panes.js';
import { showPermissions } from './permissions.js';
import { ask, errorOf, isAllowed, isDesk, send, sendFile } from './requests.js';
import { showChanges } from './versions.js';

const view = { shown: 'email', scheme: 'light', images: true };
/** The file as it was read or written last, and whether the editor has more. */
const file = { stamp: '', text: '', unsaved: false, saving: false };
let state;
let timer;
let at = 0;

const editor = createEditor(find('text-editor'), {
  changed() {
    file.unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(() => void save(), 600);
    showFile();
  },
  save: () => void save(),
  moved(line, isByHand) {
    at = line;
    markLine(at);
    bracketLine(at, isByHand);
  },
  next: nextProblem,
  explain: explainProblem,
  approve: openApproval,
});

function nextProblem(step) {
  const lines = [...new Set((state?.problems ?? []).map(({ line }) => line).filter(Boolean))].toSorted((a, b) => a - b);
  const next = step > 0 ? lines.find((line) => line > at) : lines.findLast((line) => line < at);
  if (lines.length > 0) goTo(next ?? (step > 0 ? lines[0] : lines.at(-1)));
}

/** Says why the problem of the line is one, and how to do without the check for a day. */
function explainProblem() {
  const problem = state?.problems.find(({ line }) => line === at);
  if (problem === undefined) return say('There is no problem in this line. F8 goes to the next one.');
  const { message, hint = '', rationale, rule } = problem;
  const waiver = rationale === undefined ? 'It cannot be waived.' : `To do without it today, write this into the front matter:\nwaive:\n  - rule: ${rule}\n    on: ${state.date}\n    why: ...`;
  say([`${message} ${hint}`.trim(), rationale, waiver].filter(Boolean).join('\n'));
}

async function loadFile() {
  // What is being saved is not saved elsewhere: its stamp comes with the answer.
  if (file.saving || !isAllowed('write')) return;
  const { ok, value } = await ask('file');
  if (!ok || file.saving || value.stamp === file.stamp) return;
  if (file.unsaved && editor.text !== value.text) {
    showTheirs(value);
    return;
  }
  take(value);
}

function take(version) {
  if (editor.text !== version.text) editor.text = version.text;
  Object.assign(file, { stamp: version.stamp, text: version.text, savedAt: version.savedAt, unsaved: false });
  showBanner();
  showFile();
  showInEditor();
}

function showInEditor() {
  if (state !== undefined) editor.show(state.problems, state.changes.map(({ line }) => line).filter(Boolean));
}

async function save() {
  clearTimeout(timer);
  if (!file.unsaved || file.saving || !find('banner').hidden) return;
  const { text } = editor;
  file.saving = true;
  try {
    const { ok, status, value } = await send('file', { text, base: file.stamp });
    if (ok) {
      Object.assign(file, { stamp: value.stamp, text, savedAt: value.savedAt, unsaved: editor.text !== text });
      if (file.unsaved) timer = setTimeout(() => void save(), 600);
      showFile();
      file.saving = false;
      await loadFile();
    } else if (status === 409 && value.stamp !== undefined) showTheirs(value);
    else say(errorOf(value) ?? 'The file could not be written.');
  } catch {
    stopped();
  } finally {
    file.saving = false;
  }
}

function showTheirs(theirs) {
  showConflict(theirs, {
    mine: editor.text,
    timeZone: state?.timeZone,
    on: {
      compare: say,
      takeTheirs: () => take(theirs),
      keepMine() {
        file.stamp = theirs.stamp;
        showBanner();
        void save();
      },
    },
  });
}

/** @param title bold words before the text */
function say(text, title = '') {
  find('said').replaceChildren(make('strong', '', title), text);
  find('said').hidden = text === '' && title === '';
}

function stopped() {
  const text = file.unsaved ? 'What is not saved yet stays here.' : 'Your text is safe in the file.';
  const next = isDesk ? 'If it stays so, copy what is not saved, and reload the page to sign in again.' : 'Start it again with `daybrief preview`.';
  showBanner(isDesk ? 'The desk does not answer.' : 'The preview has stopped.', ` ${text} ${next}`);
}

function showFile() {
  const saved = file.savedAt === undefined ? '' : `, saved ${clock(file.savedAt, state?.timeZone)}`;
  const name = state?.file ?? '';
  find('file').textContent = `${isDesk ? name.split('/').at(-1) : name}${file.unsaved ? ', not saved yet' : saved}`;
}

async function load() {
  // The editor has the text before its problems are shown: a click on one of them leads to its line.
  const [{ ok, value }] = await Promise.all([ask('state'), loadFile()]);
  if (!ok) return;
  state = value;
  show();
}

function show() {
  const { publication, date, timeZone } = state;
  document.title = `${publication} ${date}`;
  find('publication').textContent = publication;
  document.body.style.borderTopColor = state.color;
  find('date').textContent = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`));
  showFile();
  showState(state, { goTo, changes: () => showView('changes') });
  showProblems(state, goTo);
  showInEditor();
  showLength(state);
  showText(state);
  showInbox(state);
  void showChanges(state, { goTo });
  markLine(at);
  showFrames(view, state);
  showUnfinished(timeZone);
}

function showUnfinished(timeZone) {
  if (state.shownAt >= state.savedAt || state.failure !== undefined) return say(state.failure ?? '');
  const first = state.problems.find(({ severity }) => severity === 'error');
  const where = first?.line === undefined ? 'The file' : `Line ${first.line}`;
  const shown = state.shownAt === 0 ? 'Nothing can be shown yet.' : `The previews show ${clock(state.shownAt, timeZone)}, before that.`;
  say(` ${first?.message ?? ''} ${shown}`, `${where} is not finished:`);
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
  showFrames(view, state);
}

function showScheme(scheme) {
  view.scheme = scheme;
  press('schemes', 'scheme', scheme);
  showFrames(view, state);
}

function showPart(part) {
  document.querySelector('main').dataset.part = part;
  for (const button of document.querySelectorAll('.tabs button')) button.setAttribute('aria-pressed', String(button.dataset.part === part));
}

function goTo(line, column) {
  if (!isAllowed('write')) return;
  showPart('editor');
  if (line !== undefined) editor.goTo(line, column);
}

function openApproval() {
  if (find('approve').getAttribute('aria-disabled') === 'true') return say(find('approve').title);
  const { brevity, heaviestBytes, subject, preheader, audience, sendsAt, timeZone, contentHash, readingMinutes, changes, baselines } = state;
  const due = minuteOf(sendsAt, timeZone);
  const isLate = sendsAt <= Date.now();
  const facts = [
    ['Goes out', isLate ? 'at once: its send time has passed' : `${find('when').firstChild.textContent}, ${find('date').textContent}`],
    ['To', audience === undefined ? 'all active subscribers' : people(audience)],
    ['Length', `${number(brevity.words)} words, ${readingMinutes} minutes, ${(heaviestBytes / 1024).toFixed(0)} KB`],
    ['Subject', subject],
    ['Preheader', preheader],
    ...(baselines.length === 0 ? [] : [['Changes', `${changes.length} since ${baselines[0].id === 'approved' ? 'the approval' : baselines[0].label}`]]),
    ['ID', contentHash.slice(0, 12)],
  ];
  find('facts').replaceChildren(...facts.flatMap(([term, text]) => [make('dt', '', term), make('dd', '', text)]));
  find('dialog-title').textContent = isLate ? `It was due at ${due}. Approve it now?` : `Approve for ${due}?`;
  find('dialog-note').textContent = find('counts').textContent;
  find('warned').replaceChildren(...state.problems.filter(({ severity }) => severity === 'warning').map(({ message, line }) => make('li', '', `${message}${line === undefined ? '' : ` Line ${line}.`}`)));
  find('dialog').showModal();
}

async function act(button, path, body, working) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const label = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.textContent = working;
  try {
    const { value } = await send(path, body);
    say(value.said ?? errorOf(value) ?? '');
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
  showFrames(view, state);
});
async function sendProof() {
  if (find('proof').getAttribute('aria-disabled') === 'true') return say(find('proof').title);
  await save();
  await act(find('proof'), 'proof', {}, 'Sending a proof ...');
}

async function approve() {
  const now = state.sendsAt <= Date.now() ? { now: 'yes' } : {};
  await act(find('confirm'), 'approve', { contentHash: state.contentHash, ...now }, 'Approving ...');
  find('dialog').close();
  await load();
}

find('proof').addEventListener('click', () => void sendProof());
find('approve').addEventListener('click', openApproval);
find('cancel').addEventListener('click', () => find('dialog').close());
find('confirm').addEventListener('click', () => void approve());
addEventListener('resize', fitFrames);
setInterval(() => state !== undefined && showWhen(state), 20_000);
addEventListener('beforeunload', (event) => {
  if (file.unsaved) event.preventDefault();
});
listenToKeys({ editor, showView, showScheme, nextProblem, openApproval, save: () => void save() });

void ask('completions').then(({ ok, value }) => ok && editor.offer(value));
/** Sends an image through the same checks as those in the folder, and writes it below the line of the cursor. */
async function upload({ target }) {
  const [image] = target.files;
  if (image === undefined) return;
  say(`Adding ${image.name} ...`);
  try {
    const { ok, value } = await sendFile('images', image);
    say(ok ? value.said : (errorOf(value) ?? 'The image could not be added.'));
    if (ok) editor.addLine(value.markdown);
  } catch {
    stopped();
  }
  target.value = '';
}

find('upload-file').addEventListener('change', (event) => void upload(event));
showPermissions();
watchFrames();
showPart(isAllowed('write') ? 'editor' : 'preview');
const events = new EventSource('events');
events.addEventListener('email', ({ data }) => {
  // Before everything else of the page, which waits for the checks.
  if (state === undefined || view.shown === 'page') return;
  state.emailVersion = Number(data);
  showFrames(view, state);
});
events.addEventListener('state', () => void load().catch(stopped));
events.addEventListener('open', () => {
  if (/^The (?:preview has stopped|desk does not answer)/u.test(find('banner').textContent)) showBanner();
});
events.addEventListener('error', stopped);
