import { isGoDeeper } from '../../phrases/vague-links.ts';
import { bulletMark } from './split-lines.ts';

/** Above this a line is a paragraph, whatever it looks like. */
const maxLine = 400;

const namesOfCredits = [
  String.raw`(?:photo|image|video)(?: |-)?(?:illustration|credit)s?`,
  String.raw`photo(?:graph)?s?|illustrations?|graphics?|cartoons?|screenshots?|animations?|renderings?|collages?|gifs?`,
  String.raw`fotos?|bilde?r?|grafik|illustrationen|crédits?(?: photo)?|imagen|ilustración|illustrazione|infographie|صورة`,
].join('|');
/** These also open sentences: what follows them has to look like a credit. */
const vaguer = 'images?|maps?|charts?|data|credits?|video|source|visuals?|courtesy';
const credit = new RegExp(
  String.raw`(?:^|[.!?"”’)\]]\s+|\s[|–—-]\s+)(?<credit>(?:${namesOfCredits})(?: ?: | by | courtesy of ).{2,160}|(?:${vaguer}): [^.!?]{2,120})$`,
  'iu',
);

/** Splits "Name, in July. Photo: Name/Agency" into caption and credit; undefined for other lines. */
export function readCredit(text: string): { readonly caption: string; readonly credit: string } | undefined {
  if (text.length > maxLine) return undefined;
  const match = credit.exec(text)?.groups?.['credit'];
  if (match === undefined) return undefined;
  // "Photos by the hundred arrived on Monday." is a sentence; agencies follow a slash.
  if (/[.!?]$/u.test(match) && !match.includes('/')) return undefined;
  return {
    caption: text
      .slice(0, text.length - match.length)
      .replace(/\s[|–—-]\s+$/u, '')
      .trim(),
    credit: match,
  };
}

/** "Why it matters: ...": a few words with a capital and a colon; the colon of a time or an address is none. */
const leadIn = /^(\p{Lu}[^.!?:;"“”()\d]{1,38}|[\p{Lu}][^.!?:;"“”()]{1,50}(?=:\s["“]?\p{Lu})):\s+(?=\S)/u;
const maxLeadInWords = 4;

export function splitLeadIn(text: string): { readonly leadIn?: string; readonly rest: string } {
  const [match = '', words = ''] = leadIn.exec(text.slice(0, 80)) ?? [];
  const maxWords = isKnownLeadIn(text) ? 8 : maxLeadInWords;
  if (match === '' || words.split(' ').length > maxWords) return { rest: text };
  return { leadIn: `${words}:`, rest: text.slice(match.length) };
}

/** Lead-ins that no headline begins with. */
const known =
  /^(?:why it matters|the big picture|driving the news|what they(?:'|’)re saying|what(?:'|’)s next|what(?:'|’)s happening|what we(?:'|’)re (?:watching|hearing|reading)|between the lines|by the numbers|the bottom line|bottom line|zoom (?:in|out)|yes,? but|reality check|flashback|context|catch up (?:quick|fast)|state of play|the state of play|the other side|the intrigue|be smart|details|the details|how it works|worth noting|of note|the backdrop|the latest|the impact|threat level|(?:our|my) thought bubble|case in point|for the record|background|behind the scenes|editor(?:'|’)s note|the takeaway|meanwhile|stunning stat|what to watch|go deeper|quick take|the catch|the stakes|the fine print|warum es wichtig ist|pourquoi c(?:'|’)est important|por qué importa|perché è importante)\b/iu;

export function isKnownLeadIn(text: string): boolean {
  return known.test(text);
}

export interface NumberedLine {
  readonly number: number;
  readonly rest: string;
}

export function readNumbered(text: string): NumberedLine | undefined {
  const [match = '', digits = ''] = /^(\d{1,2})[.)]\s+(?=\S)/u.exec(text) ?? [];
  return match === '' ? undefined : { number: Number(digits), rest: text.slice(match.length) };
}

/** The bold words of a dashboard's line: "Politics:". */
export function splitLabel(text: string): { readonly label?: string; readonly rest: string } {
  const [match = '', label = ''] =
    /^((?:\p{Extended_Pictographic}\uFE0F?\s?)?[\p{L}\p{N}][^.!?:;"“”]{0,38}):\s+(?=\S)/u.exec(
      text.slice(0, 80),
    ) ?? [];
  return match === '' || label.split(' ').length > 5
    ? { rest: text }
    : { label: `${label}:`, rest: text.slice(match.length) };
}

export function readBullet(text: string): string | undefined {
  const rest = text.replace(bulletMark, '');
  return rest === text ? undefined : rest.replace(/^(?:[•‣◦▪▫●○■□➤►∙]\s*)+(?=\S)/u, '');
}

/** "1 big thing: The headline", "2 quick hits: ..." */
export function hasKicker(text: string): boolean {
  return /^\d{1,2} (?:\p{L}+ ){0,3}\p{L}+: \S/u.test(text) && !/[.;]$/u.test(text) && text.length <= 200;
}

const quotePairs: readonly (readonly [string, string])[] = [
  ['“', '”'],
  ['"', '"'],
  ['«', '»'],
  ['„', '“'],
  ['„', '”'],
];

/** A line that is a quotation as a whole, with who said it if that follows a dash. */
export function readQuote(text: string): readonly string[] | undefined {
  const marked = /^>\s+(?=\S)/u.exec(text)?.[0];
  if (marked !== undefined) return [text.slice(marked.length)];
  for (const [open, close] of quotePairs) {
    if (!text.startsWith(open)) continue;
    const end = text.indexOf(close, 1);
    if (end === text.length - 1 && text.length > 20) return [text];
    const rest = text.slice(end + 1).trim();
    if (end > 0 && isAttribution(rest)) return [text.slice(0, end + 1), rest];
  }
  return undefined;
}

/** "— Jo Park, mayor" below a quote. */
export function isAttribution(text: string): boolean {
  return /^[–—-]{1,2}\s?\p{Lu}[^.!?]{1,100}$/u.test(text);
}

const byline =
  /^(?:By|Von|Par|Por|Di) ((?:[\p{Lu}][\p{L}'’.-]*|and|und|et|y|e|of|the|van|de|von|,|&)(?:,? |$)){1,12}$/u;
const name = String.raw`\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’.-]*){1,3}`;
const author = new RegExp(`^${name}(?:(?:, | and |, and )${name}){0,4}(?:, author of [^.:!?]{2,60})?$`, 'u');

/** Names of a part of the news, alone on a line above a headline. */
const sectionLabel =
  /^(?:world|politics(?: & policy)?|policy|business|economy|markets|health(?: care)?|science|space|tech(?:nology)?|sports?|energy(?: & environment)?|climate|environment|local|nation(?:al)?|u\.?s\.?|opinion|culture|media|education|transportation|weather|real estate|food(?: and drink)?)$/iu;

export function isSectionLabel(text: string): boolean {
  return sectionLabel.test(text);
}

/** The names in "By Jo Park and Lena Ortiz". */
export function readByline(text: string): string | undefined {
  return text.length <= 120 && byline.test(text) ? text.slice(text.indexOf(' ') + 1) : undefined;
}

/** True for "Jo Park" and "Jo Park, author of Energy": a byline only where a time line follows. */
export function isAuthor(text: string): boolean {
  return text.length <= 90 && author.test(text);
}

export interface GoDeeperLine {
  /** The words of the line, without the address. */
  readonly text: string;
  readonly url?: string;
  /** The words are "Go deeper" and nothing else. */
  readonly isBare: boolean;
}

/** "Go deeper", "Go deeper (2 min. read)", "Go deeper: The plan https://example.org/plan". */
export function readGoDeeper(text: string): GoDeeperLine | undefined {
  if (text.length > maxLine) return undefined;
  const [found = '', address = ''] = /\s*\(?(https?:\/\/[^\s()<>]{4,600})\)?$/u.exec(text) ?? [];
  const words = text.slice(0, text.length - found.length).trim();
  const bare = words
    .replace(/\s*\((?:\d+|one)[\s-]?min(?:ute)?s?\.?(?: read)?\)$/iu, '')
    .replace(/[:.…→>]+$/u, '');
  const isBare = isGoDeeper(bare);
  if (!isBare && !/^go deeper\s?[:—–-]\s/iu.test(words)) return undefined;
  return { text: words, isBare, ...(found === '' ? {} : { url: address }) };
}

/** True for a line that can be a headline: short, of several words, no sentence. */
export function looksLikeHeadline(text: string): boolean {
  if (text.length < 8 || text.length > 180 || !/\s/u.test(text)) return false;
  if (/[.;:,]["”’)]?$/u.test(text) && !/(?:\bU\.S\.|\bInc\.|\bJr\.)$/u.test(text)) return false;
  if (!/^[\p{Lu}\p{N}\p{Lo}"“‘'¿¡«„#$€£]|^\p{Extended_Pictographic}/u.test(text)) return false;
  return readBullet(text) === undefined && readCredit(text) === undefined && !/^https?:/u.test(text);
}
