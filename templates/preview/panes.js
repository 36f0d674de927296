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

export const number = (value) => value.toLocaleString('en');

const words = { error: 'Stops', warning: 'Warning', note: 'Note' };

export function showState(state) {
  const { approval, problems, sendAt, timeZone } = state;
  const stops = problems.filter(({ severity }) => severity === 'error');
  const [title, text] = stateSentence(state, stops);
  find('state').replaceChildren(make('strong', '', title), ` ${text}`);
  const people = approval === undefined ? '' : ` · to ${number(approval.audience)} ${approval.audience === 1 ? 'person' : 'people'}`;
  find('when').textContent = `${sendAt} ${timeZone}${people}`;
  const button = find('approve');
  const isSent = approval !== undefined && !['approved', 'scheduled', 'paused', 'sending'].includes(approval.state);
  const cannot = state.contentHash === undefined || stops.length > 0 || approval?.isCurrent === true || isSent;
  button.setAttribute('aria-disabled', String(cannot));
  button.textContent = approval !== undefined && !approval.isCurrent ? 'Approve the changes ...' : 'Approve ...';
}

function stateSentence({ approval, sendAt, timeZone }, stops) {
  if (approval === undefined) {
    if (stops.length === 0) return ['Not approved yet.', `Nothing goes out at ${sendAt} until it is.`];
    const where = stops[0].line === undefined ? '' : `: line ${stops[0].line}`;
    return ['Not approved.', `${stops.length} ${stops.length === 1 ? 'problem stops' : 'problems stop'} it${where}. Nothing goes out.`];
  }
  const { revision, approvedBy, approvedAt, isCurrent, audience } = approval;
  const when = clock(approvedAt, timeZone);
  if (approval.state === 'sent') return ['Sent.', 'You can still correct the web page with `daybrief correct`.'];
  if (approval.state === 'cancelled') return ['Cancelled.', 'It does not go out any more.'];
  if (approval.state === 'sending') return ['Going out.', 'Changes you approve now reach only the rest.'];
  if (isCurrent) return [`Approved by ${approvedBy} at ${when}.`, `Revision ${revision} goes out at ${sendAt} to ${number(audience)} people.`];
  const changes = approval.changes.length;
  return ['Changed since approval.', `Without a new approval, revision ${revision} stays as ${approvedBy} approved it at ${when}. ${changes} ${changes === 1 ? 'change' : 'changes'}.`];
}

/** @param goTo what a press on a problem does: the line and column to go to */
export function showProblems({ problems }, goTo) {
  find('counts').textContent = countsOf(problems);
  find('problem-list').replaceChildren(
    ...problems.map((problem) => problemRow(problem, goTo)),
  );
}

function problemRow({ severity, message, hint = '', line, column, rule }, goTo) {
  const item = make('li', severity);
  const button = make('button');
  button.type = 'button';
  button.title = `${message} ${hint} [${rule}]`;
  button.dataset.line = line ?? '';
  const shape = make('span', 'shape');
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

export function showInbox(state) {
  const title = make('h2', '', `From ${state.from}`);
  find('inbox').replaceChildren(
    title,
    ...state.inbox.map(({ client, subject, preheader }) => {
      const article = make('article');
      article.append(make('span', 'grey', client), make('b', '', subject), make('span', '', preheader));
      return article;
    }),
  );
}

export function showChanges(state) {
  const changes = state.approval?.changes ?? [];
  const about = state.approval === undefined ? 'Nothing is approved yet, so there is nothing to compare with.' : changes.length === 0 ? `Nothing has changed since revision ${state.approval.revision}.` : `Compared with revision ${state.approval.revision}.`;
  const kinds = { deleted: 'del', inserted: 'ins', same: 'span' };
  find('changes').replaceChildren(
    make('h2', '', about),
    ...changes.map(({ parts }) => {
      const article = make('article');
      const text = make('p');
      text.append(...parts.map(({ kind, text: words }) => make(kinds[kind], '', words)));
      article.append(text);
      return article;
    }),
  );
  document.querySelector('[data-view=changes]').textContent = changes.length === 0 ? 'Changes' : `Changes (${changes.length})`;
}

