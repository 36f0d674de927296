import type { Digest } from '../../domain/editions/digest.ts';
import type { Report } from '../report/report.ts';
import { countCharacters } from './count-characters.ts';
import { isToCome } from './lint-leftovers.ts';

const subjectLength = 78;
const phoneSubjectLength = 60;
const shortSubject = 10;
const shortPreheader = 30;
const preheaderLength = 100;

/** The two lines that the inbox shows. */
export function lintHead(digest: Digest, report: Report): void {
  const { subject, preheader, places } = digest;
  const at = places?.subject;
  const length = countCharacters(subject);
  if (subject.trim() === '') {
    report.error({ rule: 'subject-empty', message: 'The subject is empty.', hint: 'Write one.', at });
  } else if (length > subjectLength) {
    const message = `The subject has ${length} characters; inboxes show at most ${subjectLength}.`;
    report.warn({ rule: 'subject-too-long', message, hint: 'Put what matters first, and cut.', at });
  } else if (length > phoneSubjectLength) {
    const message = `The subject has ${length} characters; a phone shows about ${phoneSubjectLength}.`;
    report.note({ rule: 'subject-cut', message, hint: 'Put what matters first.', at });
  } else if (length < shortSubject && !isToCome(subject)) {
    const message = `The subject has ${length} ${length === 1 ? 'character' : 'characters'}; that says little.`;
    report.note({ rule: 'subject-too-short', message, hint: 'Name what happened.', at });
  }
  if (preheader === undefined || preheader.trim() === '') {
    report.warn({
      rule: 'preheader-missing',
      message: 'There is no preheader, so the inbox shows the greeting after the subject.',
      hint: 'Add `preheader: Plus, ...` to the front matter.',
      at,
    });
    return;
  }
  // What is still to be written is an error of its own.
  if (isToCome(preheader)) return;
  const preheaderCount = countCharacters(preheader);
  if (preheaderCount < shortPreheader) {
    const message = `The preheader has ${preheaderCount} characters; inboxes fill the room after it.`;
    report.note({
      rule: 'preheader-too-short',
      message,
      hint: 'Say what else is in it.',
      at: places?.preheader,
    });
  } else if (preheaderCount > preheaderLength) {
    const message = `The preheader has ${preheaderCount} characters; few inboxes show more than ${preheaderLength}.`;
    report.warn({ rule: 'preheader-too-long', message, hint: 'Cut it.', at: places?.preheader });
  }
  if (fold(preheader) === fold(subject)) {
    report.warn({
      rule: 'preheader-repeats-subject',
      message: 'The preheader says the same as the subject.',
      hint: 'Say what else is in the edition.',
      at: places?.preheader,
    });
  }
}

function fold(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
