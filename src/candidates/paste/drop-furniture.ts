import type { PastedLine } from './split-lines.ts';

/** What a sign-up box says when its form is sent: nothing else in a page does. */
const boxEnds =
  /^(?:please enter a valid (?:e-?mail|email address)|subscription failed|thank(?:s| you) for (?:subscribing|signing up|registering)|you(?:'|’)re (?:now )?subscribed|success! you(?:'|’)re (?:in|subscribed)|check your inbox|download for free|bitte gib eine gültige e-mail-adresse ein|danke für (?:deine|ihre) anmeldung)[.!]*$/iu;

/** The field of a sign-up box, as its label or its example says it. */
const boxField = /^(?:enter )?(?:your )?e-?mail(?: address)?[.!…]*$/iu;
const boxCalls = /^(?:sign up|subscribe|register|jetzt anmelden|inscrivez-vous|suscríbete|iscriviti)\b/iu;

/** A box without a field says what it is for and ends with a button. */
const boxAsks = /^(?:sign up|subscribe|register) (?:for|to)\b/iu;
const boxButton = /^(?:sign up|subscribe|register)(?: now| here| for free| today)?[.!]*$/iu;

const boxOpens =
  /^(?:(?:sign up|subscribe|register|jetzt anmelden|inscrivez-vous|suscríbete|iscriviti)\b.{0,100}|.{0,80}\b(?:newsletters?|briefing|inbox)\b.{0,40}|.{2,40} on your phone)$/iu;

/** Buttons, links of the page and legal lines, as whole lines. */
const buttons = new RegExp(
  String.raw`^(?:${[
    'sign (?:up|in)(?: now| here| for free)?',
    'log in',
    'subscribe(?: now| here| for free| today)?',
    'register',
    '(?:enter )?(?:your )?e-?mail(?: address)?',
    'want more stories like this\\?',
    'get .{2,60} in your inbox',
    'become (?:a member|an? .{2,30} (?:insider|member|subscriber))',
    'more \\S+ stories',
    'skip to (?:main )?content',
    'advertisement',
    'advertiser content',
    'ad',
    'share(?: this)?(?: story| article| post)?',
    'copy link',
    'link copied',
    '(?:share on |share via )?(?:facebook|twitter|x|linkedin|reddit|flipboard|whatsapp|email|bluesky|threads|telegram)(?: \\(opens in (?:a )?new window\\))?',
    'print',
    'save',
    'bookmark',
    'comments?',
    'by (?:signing up|subscribing|continuing)\\b.{0,20} you (?:agree|accept|consent)\\b.{0,120}',
    'breaking(?: news)?',
    'just in',
    '(?:add|leave|post) a comment',
    'read (?:\\d+|one) min(?:ute)?s?',
    '(?:was this (?:e-?mail )?)?forwarded (?:this|to you)(?: e-?mail)?\\?',
    '\\d+ comments?',
    'show (?:less|more)',
    'show all stories',
    'top stories',
    'featured(?: stories)?',
    'most (?:read|popular)',
    'load more',
    'more stories loading',
    'loading',
    'no stories could be found',
    'back to top',
    'listen to (?:this )?(?:article|story)',
    '(?:\\d+|one) min(?:ute)?s?\\.? read',
    'menu',
    'search',
    'close',
    'accept (?:all )?cookies',
    'accept all',
    'cookie settings',
    'manage preferences',
    'privacy policy',
    'terms (?:of use|of service|& conditions)',
    'all rights reserved',
    'view (?:this email )?in (?:your )?browser',
    'unsubscribe',
    'forward to a friend',
    'follow us(?: on .{1,30})?',
    '(?:copyright |(?:copyright )?(?:©|\\(c\\)) ?)\\d{4}.{0,80}',
    'anzeige',
    'publicité',
    'publicidad',
    'teilen',
    'partager',
    'compartir',
  ].join('|')})[.!…]*$`,
  'iu',
);

/** A call to subscribe in one line: it asks at its beginning, and it ends with where to. */
const calls =
  /^(?:get|stay|want|enjoy(?:ing)?|support|make|catch|keep|sign up|subscribe|join|like this)\b.{0,160}\b(?:subscribe(?: for free| here| now| today)?|sign up(?: for free| here| now| today)?|sign up for .{2,60} newsletters? here)[.!]*$/iu;
/** The same as the last sentence of a line, whatever it says before. */
const callsBehind = /[.!?] (?:subscribe|sign up) for free[.!]*$/iu;
const callsForLetter =
  /^(?:sign up|subscribe|register)\b.{0,60}\b(?:newsletters?|briefing|inbox|alerts|updates)(?: (?:for free|here|now|today))?[.!]*$/iu;

const maxLength = 250;
/** Lines of a box between its beginning and its messages. */
const maxBox = 3;
/** Lines between the call and the field of a box. */
const maxPitch = 2;

/** Takes the page around the news away: sign-up boxes, buttons, calls to subscribe, legal lines. */
export function dropFurniture(lines: readonly PastedLine[]): {
  readonly lines: readonly PastedLine[];
  readonly dropped: readonly string[];
} {
  const kept: PastedLine[] = [];
  const dropped: string[] = [];
  let isBelow = false;
  for (let index = 0; index < lines.length;) {
    const count = boxLength(lines, index) || (isFurniture(lines[index]?.text ?? '') ? 1 : 0);
    const line = lines[index];
    if (count === 0 && line !== undefined) kept.push(isBelow ? { ...line, gap: true } : line);
    dropped.push(...lines.slice(index, index + count).map(({ text }) => text));
    isBelow = count > 0;
    index += Math.max(count, 1);
  }
  return { lines: kept, dropped };
}

function isFurniture(text: string): boolean {
  if (text.length > maxLength) return false;
  if (isFurniturePart(text)) return true;
  // "Terms of use | Privacy policy", "Want more stories like this? Get Harbor in your inbox."
  const parts = text.split(/(?<=[.!?])\s+|\s[|·•]\s/u).filter((part) => !thanks.test(part));
  return parts.length > 0 && parts.every(isFurniturePart) && parts.join('').length < text.length;
}

/** Goes with a call to subscribe; alone it is a sign-off. */
const thanks = /^(?:thanks|thank you) for reading[.!]*$/iu;

function isFurniturePart(text: string): boolean {
  return [boxEnds, buttons, calls, callsBehind, callsForLetter].some((pattern) => pattern.test(text));
}

/** Lines from here to the messages or the field of a sign-up box; 0 if none begins here. */
function boxLength(lines: readonly PastedLine[], start: number): number {
  const first = lines[start]?.text ?? '';
  if (!boxOpens.test(first) || /[.:]$/u.test(first)) return 0;
  let end = start + 1;
  if (boxCalls.test(first)) {
    while (end <= start + maxPitch && isPitch(lines[end]?.text ?? '')) end += 1;
    // The messages below the field, if there are some, are found on their own.
    const last = lines[end]?.text ?? '';
    if (boxField.test(last) || (boxAsks.test(first) && boxButton.test(last))) return end + 1 - start;
    end = start + 1;
  }
  while (end <= start + maxBox && end < lines.length && isInsideBox(lines[end]?.text ?? '')) end += 1;
  if (!boxEnds.test(lines[end]?.text ?? '')) return 0;
  while (boxEnds.test(lines[end]?.text ?? '')) end += 1;
  return end - start;
}

/** What a box says of the newsletter, in one sentence; a brief below its headline has more. */
function isPitch(text: string): boolean {
  if (text === '' || text.length > 100 || /[.!?…]["”’)]?\s/u.test(text)) return false;
  return isInsideBox(text) && !boxField.test(text) && !boxCalls.test(text);
}

function isInsideBox(text: string): boolean {
  return !boxEnds.test(text) && text.length <= maxLength && !/^(?:[•\d]|.*\bago\b.* [-–—·] )/u.test(text);
}
