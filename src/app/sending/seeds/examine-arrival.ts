import { judgeLink } from '../../../domain/editions/link-answer.ts';
import type { LinkAnswer } from '../../../domain/editions/link-answer.ts';
import { readAuthenticationResults } from '../../../domain/sending/seeds/authentication-results.ts';
import { judgeAuthentication } from '../../../domain/sending/seeds/authentication.ts';
import { judgeArrival } from '../../../domain/sending/seeds/judge-arrival.ts';
import type { ReadMessage } from '../../../domain/sending/seeds/judge-arrival.ts';
import type { SeedFinding, SeedMailbox } from '../../../domain/sending/seeds/seed.ts';
import type { ArrivedMessage, ReadMail, VerifyDkim } from '../../ports/canaries.ts';
import type { AskPage, DmarcPolicies } from '../../ports/doctor.ts';
import type { AskLinks } from '../../ports/link-answers.ts';
import { unsubscribeUrlOf } from './seed-message.ts';
import type { SeedMessage } from './seed-message.ts';

export interface ExaminePorts {
  readonly readMail: ReadMail;
  readonly verifyDkim: VerifyDkim;
  readonly organizationOf: DmarcPolicies['organizationOf'];
  /** Asks pages that anyone may have linked, in the public internet only. */
  readonly askLinks: AskLinks;
  /** Asks our own pages. */
  readonly askPage: AskPage;
  /** The addresses that the links of an HTML document lead to. */
  readonly linksOf: (html: string) => readonly string[];
}

interface Examined {
  readonly mailbox: SeedMailbox;
  readonly message: Pick<SeedMessage, 'sent'>;
  /** Where our own pages are. */
  readonly baseUrl: string;
  /** Whether the page of the edition can be there. */
  readonly hasPage: boolean;
  readonly signal: AbortSignal;
}

/** Everything that is checked of a message as it arrived. */
export async function examineArrival(
  arrived: ArrivedMessage,
  examined: Examined,
  ports: ExaminePorts,
): Promise<readonly SeedFinding[]> {
  const read = await ports.readMail(arrived.raw);
  const { mailbox, message } = examined;
  const place = { folder: arrived.folder, isJunk: arrived.isJunk };
  return [
    { check: 'arrived', ok: true, text: 'it arrived' },
    ...judgeArrival({ ...read, ...place }, { sent: message.sent, mailbox }),
    ...(await examineAuthentication(arrived, { read, mailbox }, ports)),
    await examineLinks(read, examined, ports),
    await examineUnsubscribe(read, examined, ports),
  ];
}

async function examineAuthentication(
  { raw }: ArrivedMessage,
  { read, mailbox }: { readonly read: ReadMessage; readonly mailbox: SeedMailbox },
  { verifyDkim, organizationOf }: ExaminePorts,
): Promise<readonly SeedFinding[]> {
  const { trustedHost } = mailbox;
  const signatures = await verifyDkim(raw);
  const receiver = readAuthenticationResults(read.fields.get('authentication-results') ?? [], trustedHost);
  const fromDomain = domainOf(read.fields.get('from')?.[0] ?? '');
  const passing = signatures
    .filter(({ result }) => result === 'pass')
    .map(({ domain }) => domain.toLowerCase());
  const isAligned =
    passing.includes(fromDomain) || (await sharesOrganization(fromDomain, passing, organizationOf));
  return judgeAuthentication({
    signatures,
    ...(receiver === undefined ? {} : { receiver }),
    isTrusted: trustedHost !== undefined,
    isAligned,
  });
}

async function sharesOrganization(
  fromDomain: string,
  domains: readonly string[],
  organizationOf: ExaminePorts['organizationOf'],
): Promise<boolean> {
  if (domains.length === 0) return false;
  const own = await organizationOf(fromDomain);
  const others = await Promise.all(domains.map((domain) => organizationOf(domain)));
  return own !== undefined && others.includes(own);
}

/** Of `Name <user@domain>`. */
function domainOf(from: string): string {
  return (/@([^@>\s]+)>?\s*$/u.exec(from)?.[1] ?? '').toLowerCase();
}

/** Each link is requested once; our own pages without the guard that keeps us out of private networks. */
async function examineLinks(
  { html }: ReadMessage,
  examined: Examined,
  { linksOf, askLinks, askPage }: ExaminePorts,
): Promise<SeedFinding> {
  const { baseUrl, signal } = examined;
  const urls = [...new Set(linksOf(html).map(withoutFragment))];
  const own = urls.filter((url) => isBelow(url, baseUrl));
  const others = urls.filter((url) => !own.includes(url));
  const answers = new Map<string, LinkAnswer>(await askLinks(others, { fresh: true, signal }));
  for (const url of own) {
    const asked = await askPage(url, { method: 'GET', signal });
    answers.set(
      url,
      asked.kind === 'answered'
        ? { kind: 'status', status: asked.answer.status, url, movedForGood: false }
        : { kind: 'failed', why: asked.why },
    );
  }
  const faults = [...answers].flatMap(([url, answer]) => {
    if (mayBeMissing(url, examined) && answer.kind === 'status' && answer.status === 404) return [];
    const finding = judgeLink(url, answer);
    return finding !== undefined && deadLinks.has(finding.rule) ? [{ url, finding }] : [];
  });
  if (faults.length === 0) return { check: 'links', ok: true, text: `all ${urls.length} links answer` };
  const [first] = faults;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  const text = `the link to ${shorten(first?.url ?? '')} ${first?.finding.message}${more}`;
  const mayPass = faults.every(({ finding }) => finding.rule !== 'link-dead' || isRefused(finding.message));
  return { check: 'links', ok: false, text, ...(mayPass ? { mayPass } : {}) };
}

/**
 * Of a seed there are no settings, so an answer that they are not there is the right one; the same of the page of an
 * edition that was not published.
 */
function mayBeMissing(url: string, { baseUrl, hasPage }: Examined): boolean {
  const base = baseUrl.replace(/\/+$/u, '');
  return (
    isBelow(url, `${base}/preferences`) ||
    (!hasPage && /^\/p\/[^/]+\/archive\//u.test(url.slice(base.length)))
  );
}

/** Rules of `lint --links` about links that do not answer. */
const deadLinks: ReadonlySet<string> = new Set(['link-dead', 'link-failing', 'link-certificate']);

/** A server that is being restarted refuses connections. */
function isRefused(message: string): boolean {
  return message.includes('refuses');
}

/**
 * The POST of RFC 8058 section 3.2, with the link of the message that arrived. It belongs to no subscriber, and is sent
 * to our own pages only.
 */
async function examineUnsubscribe(
  read: ReadMessage,
  { baseUrl, signal }: Examined,
  { askPage }: ExaminePorts,
): Promise<SeedFinding> {
  const finding = (ok: boolean, text: string): SeedFinding => ({ check: 'unsubscribe', ok, text });
  const url = unsubscribeUrlOf(read);
  if (url === undefined)
    return finding(false, 'it cannot be unsubscribed from: List-Unsubscribe has no web address');
  if (!isBelow(url, baseUrl))
    return finding(false, `its List-Unsubscribe leads to ${shorten(url)} instead of ${baseUrl}`);
  const asked = await askPage(url, { method: 'POST', body: 'List-Unsubscribe=One-Click', signal });
  if (asked.kind === 'answered') {
    const { status } = asked.answer;
    if (status >= 200 && status < 300) return finding(true, 'one-click unsubscribing works');
    const text = `the one-click unsubscribe POST is answered with the status ${status}`;
    return { ...finding(false, text), ...(status >= 500 ? { mayPass: true } : {}) };
  }
  return { ...finding(false, `the one-click unsubscribe POST gets no answer (${asked.why})`), mayPass: true };
}

function isBelow(url: string, baseUrl: string): boolean {
  return url === baseUrl || url.startsWith(`${baseUrl.replace(/\/+$/u, '')}/`);
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/u, '');
}

function shorten(url: string): string {
  return url.length > 120 ? `${url.slice(0, 119)}…` : url;
}
