import type { CheckRuleId } from './check-rules.ts';
import { refusesRobots } from './robot-hosts.ts';

/** What came back when a link was requested. */
export type LinkAnswer =
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Address after all redirects. */
      readonly url: string;
      /** True if there were redirects and all of them are for good (301, 308). */
      readonly movedForGood: boolean;
    }
  | { readonly kind: 'failed'; readonly why: LinkFailure }
  /** Not requested: the host is on a private or internal network. */
  | { readonly kind: 'private' };

export type LinkFailure =
  | 'unknown-host'
  | 'refused'
  | 'certificate'
  | 'timeout'
  | 'broken'
  | 'redirects'
  | 'invalid';

/** A finding about a link, without its place. */
export interface LinkFinding {
  readonly rule: CheckRuleId;
  /** Goes on from "The link to ...". */
  readonly message: string;
  readonly hint: string;
}

/** Answers to programs that say nothing about the page: a login, a puzzle, too many requests, a legal bar. */
const robotStatuses: ReadonlySet<number> = new Set([401, 403, 405, 406, 407, 429, 451, 999]);

const failures: Readonly<Record<LinkFailure, readonly [rule: CheckRuleId, message: string, hint: string]>> = {
  'unknown-host': ['link-dead', 'leads to a host that does not exist', 'Correct the address.'],
  refused: ['link-dead', 'leads to a server that refuses the connection', 'Correct the address or drop it.'],
  certificate: [
    'link-certificate',
    'leads to a server without a valid certificate, so browsers warn before they open it',
    'Link another page.',
  ],
  timeout: ['link-failing', 'got no answer within ten seconds', 'Open it in a browser.'],
  broken: ['link-failing', 'got an answer that broke off', 'Open it in a browser.'],
  redirects: [
    'link-failing',
    'is redirected again and again',
    'Open it in a browser, and link where it ends.',
  ],
  invalid: ['link-failing', 'is redirected to something that is no web address', 'Open it in a browser.'],
};

/** Returns what is wrong with a link, or undefined. A site that refuses robots gets a note in place of an error. */
export function judgeLink(url: string, answer: LinkAnswer): LinkFinding | undefined {
  const { hostname } = new URL(url);
  const finding = findFault(url, answer);
  if (finding === undefined || finding.rule === 'link-moved') return finding;
  if (!refusesRobots(hostname)) return finding;
  return unchecked(`could not be checked: ${hostname} answers programs otherwise than people`);
}

/** True if nothing of the internet may have been reached, so that the fault may be on this machine. */
export function isUnreachable(answer: LinkAnswer): boolean {
  return answer.kind === 'failed' && ['unknown-host', 'timeout', 'refused', 'broken'].includes(answer.why);
}

function findFault(url: string, answer: LinkAnswer): LinkFinding | undefined {
  if (answer.kind === 'private') {
    return unchecked('was not requested: its host is on a private or internal network');
  }
  if (answer.kind === 'failed') {
    const [rule, message, hint] = failures[answer.why];
    return { rule, message, hint };
  }
  const { status } = answer;
  if (robotStatuses.has(status))
    return unchecked(`could not be checked: its server answers ${status} to programs`);
  if (status === 404 || status === 410) {
    const message = `leads to a page that is not there (${status})`;
    return { rule: 'link-dead', message, hint: 'Find where the page is now, or drop the link.' };
  }
  if (status >= 400) {
    return { rule: 'link-failing', message: `gets the answer ${status}`, hint: 'Open it in a browser.' };
  }
  return findMove(new URL(url), new URL(answer.url), answer.movedForGood);
}

function findMove(from: URL, to: URL, movedForGood: boolean): LinkFinding | undefined {
  if (!isHome(from) && isHome(to)) {
    const message = `ends at the home page of ${to.hostname}, as links to deleted pages do`;
    return { rule: 'link-to-home', message, hint: 'Find where the page is now, or drop the link.' };
  }
  const isSecured = from.protocol === 'http:' && to.protocol === 'https:';
  if (isSecured && sameButScheme(from, to)) {
    return { rule: 'link-moved', message: 'is answered over https', hint: `Write ${to.href}` };
  }
  if (!movedForGood || sameButScheme(from, to)) return undefined;
  return { rule: 'link-moved', message: 'has moved for good', hint: `Write ${to.href}` };
}

/** The root, also that of a language: `/`, `/en/`, `/index.html`. */
function isHome({ pathname, search }: URL): boolean {
  return search === '' && /^\/(?:[a-z]{2}(?:-[a-z]{2})?\/?)?(?:index\.\w+)?$/iu.test(pathname);
}

/** Equal but for the scheme, `www.`, a slash at the end and the fragment. */
function sameButScheme(a: URL, b: URL): boolean {
  const key = ({ hostname, pathname, search }: URL) =>
    `${hostname.replace(/^www\./u, '')}${pathname.replace(/\/+$/u, '')}${search}`;
  return key(a) === key(b);
}

function unchecked(message: string): LinkFinding {
  return { rule: 'link-unchecked', message, hint: 'Open it in a browser.' };
}
