/* What the page shows of a digest besides its renderings. */

export const find = (id) => document.getElementById(id);

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function clock(ms, timeZone) {
  const time = { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZone };
  return new Intl.DateTimeFormat('en', time).format(ms);
}

/** "6:00 AM" */
export function minuteOf(ms, timeZone) {
  return new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit', timeZone }).format(ms);
}

function zoneName(ms, timeZone) {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longGeneric' }).formatToParts(ms);
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone).replace(/ Time$/u, '').replace(/^GMT\+00:00$/u, 'UTC');
}

export const number = (value) => value.toLocaleString('en');

const words = { error: 'Stops', warning: 'Warning', note: 'Note' };

export function people(count) {
  return `${number(count)} ${count === 1 ? 'person' : 'people'}`;
}

/** @param on what presses on a line or on the changes do */
export function showState(state, on) {
  const { approval, problems } = state;
  const stops = problems.filter(({ severity }) => severity === 'error');
  const { shape, title, text, link } = stateSentence(state, stops);
  const mark = make('span', `shape ${shape}`);
  mark.setAttribute('aria-hidden', 'true');
  find('state').replaceChildren(mark, make('strong', '', title), ` ${text} `);
  if (link !== undefined) {
    const button = make('button', 'link', link.label);
    button.type = 'button';
    button.addEventListener('click', () => on[link.action](link.value));
    find('state').append(button);
  }
  showWhen(state);
  const isOver = approval !== undefined && (!['approved', 'scheduled', 'paused', 'sending', 'cancelled', 'missed'].includes(approval.state));
  const isCurrent = approval?.isCurrent === true && !approval.onHold && !['cancelled', 'missed'].includes(approval.state);
  const reason = stops.length > 0 || state.contentHash === undefined ? 'It can be approved once nothing stops it.' : isCurrent ? 'Exactly this is approved already.' : isOver ? 'It was sent. Correct its web page with `daybrief correct`.' : '';
  const proof = find('proof');
  const isStopped = stops.length > 0 || state.contentHash === undefined;
  proof.setAttribute('aria-disabled', String(isStopped));
  proof.title = isStopped ? 'A proof can be sent once nothing stops the edition.' : '';
  const button = find('approve');
  button.setAttribute('aria-disabled', String(reason !== ''));
  button.title = reason;
  button.textContent = approval !== undefined && !approval.isCurrent && !isOver ? 'Approve the changes ...' : 'Approve ...';
}

export function showWhen({ sendsAt, timeZone, audience }) {
  const minutes = Math.round((sendsAt - Date.now()) / 60_000);
  const hours = Math.floor(minutes / 60);
  const left = minutes <= 0 ? '' : minutes < 100 ? `, in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}` : hours < 48 ? `, in ${hours} hours` : '';
  find('when').replaceChildren(make('strong', '', `${minuteOf(sendsAt, timeZone)} ${zoneName(sendsAt, timeZone)}`), left);
  if (audience !== undefined) find('when').append(' · to ', make('strong', '', number(audience)), ` ${audience === 1 ? 'person' : 'people'}`);
}

function stateSentence(state, stops) {
  const { approval, approvals, proof, sendsAt, timeZone, audience, changes } = state;
  const due = minuteOf(sendsAt, timeZone);
  const returned = proof?.returned;
  if (approval?.state === 'sent') {
    const { accepted, failed, suppressed } = approval.accounting;
    return { shape: 'good', title: 'Sent.', text: `${number(accepted)} accepted, ${number(failed)} failed, ${number(suppressed)} suppressed. You can still correct the web page.` };
  }
  if (approval?.state === 'sending' || approval?.state === 'paused') {
    const { accepted, intended } = approval.accounting;
    const title = approval.state === 'paused' ? 'Paused.' : 'Going out.';
    return { shape: 'going', title, text: `${number(accepted)} of ${number(intended)} accepted. Changes you approve now reach only the rest.` };
  }
  if (returned !== undefined && approval?.isCurrent !== true) {
    return { shape: 'note', title: `Sent back by ${returned.by} at ${minuteOf(returned.at, timeZone)}:`, text: `“${returned.note}”` };
  }
  if (approval === undefined) {
    if (stops.length > 0) return stopped(stops);
    if (approvals.given.length > 0) return waiting(approvals);
    return { shape: 'draft', title: 'Not approved yet.', text: `Nothing goes out at ${due} until it is.` };
  }
  const { revision, approvedBy, approvedAt, isCurrent } = approval;
  const when = minuteOf(approvedAt, timeZone);
  if (approval.state === 'cancelled') return { shape: 'off', title: 'Cancelled.', text: 'It does not go out any more.' };
  if (approval.state === 'missed') return { shape: 'off', title: 'Missed.', text: `It was not sent by its deadline.` };
  if (approval.onHold) return { shape: 'clock', title: 'On hold.', text: `Revision ${revision} does not go out at ${due} until it is approved again or released.` };
  if (isCurrent) return { shape: 'good', title: `Approved by ${approvedBy} at ${when}.`, text: `Revision ${revision} goes out at ${due} to ${people(audience)}.` };
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
  return { shape: 'changed', title: 'Changed since approval.', text: `Without a new approval, revision ${revision} goes out as ${approvedBy} approved it at ${when}.`, link: { label: count, action: 'changes' } };
}

function stopped(stops) {
  const [{ line }] = stops;
  const many = stops.length === 1 ? '1 problem stops it' : `${stops.length} problems stop it`;
  const text = `${many}. Nothing goes out.`;
  return { shape: 'error', title: 'Not approved.', text, ...(line === undefined ? {} : { link: { label: `line ${line}`, action: 'goTo', value: line } }) };
}

function waiting({ given, needed }) {
  const more = needed - given.length;
  return { shape: 'clock', title: `${given.length} of ${needed} approvals.`, text: `${given.join(', ')} approved. ${more === 1 ? 'One more is' : `${more} more are`} needed, from ${more === 1 ? 'another person' : 'other people'}.` };
}

/** @param goTo what a press on a problem does: the line and column to go to */
export function showProblems({ problems }, goTo) {
  find('counts').textContent = countsOf(problems);
  find('problem-list').replaceChildren(
    ...problems.map((problem) => problemRow(problem, goTo)),
  );
}

function problemRow({ severity, message, hint = '', line, column, rule, rationale = '' }, goTo) {
  const item = make('li', severity);
  const button = make('button');
  button.type = 'button';
  button.title = `${message} ${hint} ${rationale} [${rule}]`;
  button.dataset.line = line ?? '';
  const shape = make('span', `shape ${severity}`);
  shape.setAttribute('aria-hidden', 'true');
  const where = line === undefined ? '' : `line ${line}`;
  button.append(
    shape,
    make('span', '', words[severity]),
    make('span', '', `${message} ${hint}`.trim()),
    make('span', 'grey', where),
  );
  button.addEventListener('click', () => goTo(line, column));
  item.append(button);
  return item;
}

function countsOf(problems) {
  if (problems.length === 0) return 'None.';
  const count = (severity) => problems.filter((problem) => problem.severity === severity).length;
  const [stops, warnings, notes] = ['error', 'warning', 'note'].map(count);
  const plural = (value, one) => `${value} ${value === 1 ? one : `${one}s`}`;
  const rest = `${plural(warnings, 'warning')}, ${plural(notes, 'note')}`;
  if (stops === 0) return `${rest}. Nothing stops it.`;
  return `${stops} ${stops === 1 ? 'stops' : 'stop'} it, ${rest}.`;
}

/** Marks the problems and the block of the line where the cursor is. */
export function markLine(at) {
  for (const button of find('problem-list').querySelectorAll('button')) button.classList.toggle('at', Number(button.dataset.line) === at && at > 0);
  const rows = [...find('blocks').children];
  const current = rows.findLast((row) => Number(row.dataset.line || Number.POSITIVE_INFINITY) <= at);
  for (const row of rows) row.classList.toggle('at', row === current);
}

export function showLength({ weighed, brevity, heaviestBytes, readingMinutes }) {
  const heaviest = Math.max(1, ...weighed.map(({ bytes }) => bytes));
  find('blocks').replaceChildren(...weighed.map((block) => blockRow(block, heaviest)));
  const score = brevity === undefined ? '' : ` · brevity ${brevity.score} of 100`;
  find('words').textContent = brevity === undefined ? '' : number(brevity.words);
  find('target').textContent = brevity === undefined ? '' : `of ${number(brevity.targetWords)}`;
  find('bytes').textContent = heaviestBytes === undefined ? '' : (heaviestBytes / 1024).toFixed(1);
  find('minutes').textContent = readingMinutes === undefined ? '' : `${readingMinutes} minutes to read${score}`;
  find('cuts').replaceChildren(...(brevity?.cuts ?? []).map(({ advice }) => make('li', '', advice)));
}

function blockRow({ name, words: count, targetWords, bytes, line }, heaviest) {
  const row = make('tr');
  row.dataset.line = line ?? '';
  const head = make('th', '', name);
  head.scope = 'row';
  head.title = name;
  const kilobytes = bytes === 0 ? '–' : (bytes / 1024).toFixed(1);
  const weight = make('td', 'track weight');
  weight.append(bar((bytes / heaviest) * 100));
  row.append(
    head,
    make('td', 'number', count === undefined ? '–' : number(count)),
    wordsTrack(count, targetWords),
    make('td', 'number', kilobytes),
    weight,
  );
  return row;
}

/** Scaled so that every target stands at the same place, at seven tenths of the track. */
function wordsTrack(count, targetWords) {
  const track = make('td', `track${targetWords === undefined ? '' : ' goal'}`);
  if (count === undefined) return track;
  const share = (count / (targetWords ?? 250)) * 70;
  track.append(bar(Math.min(share, 70)));
  if (share > 70 && targetWords !== undefined) {
    const over = bar(Math.min(share - 70, 30));
    over.className = 'over';
    track.append(over);
  }
  return track;
}

function bar(percent) {
  const element = make('i');
  element.style.width = `${percent}%`;
  return element;
}

export function showText(state) {
  find('text').textContent = state.text;
}

const wideClient = 'Gmail on a desktop';

/** What inboxes show, and what that means for the three parts of the line. */
export function showInbox(state) {
  const cards = state.inbox.toSorted((a, b) => Number(a.client === wideClient) - Number(b.client === wideClient)).map((line) => card(line, state));
  const facts = make('dl', 'facts');
  for (const [term, text] of [
    ['Subject', subjectFact(state)],
    ['Preheader', preheaderFact(state)],
    ['From', `${state.from}, ${state.fromAddress}`],
  ]) facts.append(make('dt', '', term), make('dd', '', text));
  find('inbox').replaceChildren(...cards, facts);
}

function card({ client, subject, preheader }, { from, sendsAt, timeZone }) {
  const figure = make('figure', client === wideClient ? 'inbox wide' : 'inbox');
  const message = make('div', 'message');
  message.append(make('strong', 'from', from), make('span', 'time', minuteOf(sendsAt, timeZone)), make('strong', 'subject', subject), make('span', 'preheader', preheader));
  figure.append(make('figcaption', '', client), message);
  return figure;
}

const lengthOf = (text) => [...text].length;

function subjectFact({ subject, inbox }) {
  const cut = inbox.filter((line) => line.subject.endsWith('…')).map(({ client }) => client);
  return `${lengthOf(subject)} characters. ${cut.length === 0 ? 'Whole in all of them.' : `Cut in ${cut.join(', ')}.`}`;
}

function preheaderFact({ preheader, inbox }) {
  if (preheader === '') return 'Missing: the inbox shows the greeting in its place.';
  const shortest = inbox.reduce((least, line) => (lengthOf(line.preheader) < lengthOf(least.preheader) ? line : least), { preheader });
  if (!shortest.preheader.endsWith('…')) return `${lengthOf(preheader)} characters. Whole in all of them.`;
  const last = shortest.preheader.slice(0, -1).trim().split(' ').slice(-3).join(' ');
  return `${lengthOf(preheader)} characters. Shortest in ${shortest.client}, where it ends after “${last}”. Put what must be read before that.`;
}
