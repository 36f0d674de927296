import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { Preview, PreviewEmail } from '../../../src/app/editions/preview-edition.ts';
import type { PreviewSource } from '../../../src/editor/preview-source.ts';
import { PreviewState } from '../../../src/editor/preview-state.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const preview: Omit<Preview, 'rendering'> = {
  publication: 'Morning',
  slug: 'morning',
  date: '2026-11-23',
  from: 'Morning',
  timeZone: 'America/Chicago',
  sendAt: '06:00',
  sendsAt: 0,
  color: '#0b5c6b',
  fromAddress: 'desk@example.org',
  file: 'morning/2026-11-23.md',
  problems: [],
  blocks: [],
  inbox: [],
  subject: 'Sleet',
  preheader: 'And more',
  approvals: { needed: 1, given: [] },
  baselines: [],
  changes: [],
};
const emailOf = (html: string): PreviewEmail => ({
  html,
  blocks: [],
  baseUrl: 'http://localhost:8080',
  images: [],
});

/** A state whose digest is a file with the HTML of its email, and whose checks end when the test lets them. */
function harness() {
  const folder = tempFolder();
  const path = join(folder, 'digest.html');
  const checks: PromiseWithResolvers<undefined>[] = [];
  let html = 'first';
  const source: PreviewSource = {
    path,
    folders: [folder],
    preview: async (onEmail) => {
      await onEmail(emailOf(html));
      const check = Promise.withResolvers<undefined>();
      checks.push(check);
      await check.promise;
      return preview;
    },
    completions: () => Promise.reject(new Error('not asked for')),
    compare: () => Promise.resolve([]),
    stateOfApproval: () => Promise.resolve(''),
    sendProof: () => Promise.resolve(''),
    approve: () => Promise.resolve(''),
  };
  const state = new PreviewState(source, new RecordingLog());
  onTestFinished(() => state[Symbol.dispose]());
  const changes: string[] = [];
  state.subscribe((change) => changes.push(change));
  const save = (text: string) => {
    html = text;
    writeFileSync(path, text);
  };
  save(html);
  return { state, changes, checks, save };
}

describe('the state of a preview', () => {
  test('has the email before its checks have ended', async () => {
    const { state, changes, checks } = harness();
    const refreshed = state.refresh();
    await until('the checks have begun', () => checks.length === 1);

    expect(changes).toEqual(['email']);
    expect(state.email?.html).toBe('first');
    expect(state.summary).toBeUndefined();

    checks[0]?.resolve(undefined);
    await refreshed;
    expect(changes).toEqual(['email', 'state']);
    expect(state.summary).toMatchObject({ version: 1, emailVersion: 1 });
  });

  test('sees a change that is saved while it checks the one before', async () => {
    const { state, checks, save } = harness();
    const looked = state.look();
    await until('the checks have begun', () => checks.length === 1);

    save('second, and longer');
    await state.look();
    checks[0]?.resolve(undefined);
    await until('the second checks have begun', () => checks.length === 2);
    checks[1]?.resolve(undefined);
    await looked;

    expect(state.email?.html).toBe('second, and longer');
    expect(state.summary).toMatchObject({ version: 2, emailVersion: 2 });
  });

  test('keeps the version of an email that looks the same', async () => {
    const { state, changes, checks } = harness();
    for (const index of [0, 1]) {
      const refreshed = state.refresh();
      await until('the checks have begun', () => checks.length === index + 1);
      checks[index]?.resolve(undefined);
      await refreshed;
    }

    expect(changes).toEqual(['email', 'state', 'state']);
    expect(state.summary).toMatchObject({ version: 2, emailVersion: 1 });
  });
});
