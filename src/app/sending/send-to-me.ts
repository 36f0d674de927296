import { canApprove, proofLifetimeMs } from '../../domain/editions/proof.ts';
import type { Proof } from '../../domain/editions/proof.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import { AppError } from '../../errors/app-error.ts';
import { makeProof } from '../editions/make-proof.ts';
import type { MadeProof, ProofPorts } from '../editions/make-proof.ts';
import type { ProofLinks } from '../ports/proofs.ts';
import type { RelayCheck, RelaySessions } from '../ports/relays.ts';
import type { OpenMessagesPorts } from './open-messages.ts';

export interface SendToMePorts extends ProofPorts {
  readonly sessions: RelaySessions;
  readonly relays: { verify(signal: AbortSignal): Promise<readonly RelayCheck[]> };
  readonly makerFor: OpenMessagesPorts['makerFor'];
  readonly links: ProofLinks;
}

export interface TestDelivery {
  readonly address: string;
  readonly answer: SmtpAnswer;
}

export interface SentProof {
  readonly proof: Proof;
  readonly deliveries: readonly TestDelivery[];
  /** Why it went to an address that was not named, as a sentence. */
  readonly note?: string;
}

const sentToSender =
  'It went to the From address, because publication.yaml names no other address in review-addresses or test-addresses.';

/**
 * Mails a proof: the digest as it is, without approval, subscribers or ledger. Its subject and first lines say that it
 * is one and what has changed; "View online" leads to a page of its own, which is there for a week. Its other links
 * belong to no subscriber.
 *
 * @param options.to instead of the publication's review and test addresses
 * @throws AppError DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS; RELAY_UNAVAILABLE when no relay answers before the signal aborts.
 */
export async function sendToMe(
  reference: string,
  ports: SendToMePorts,
  options: { readonly signal: AbortSignal; readonly actor: string; readonly to?: readonly string[] },
): Promise<SentProof> {
  const made = await makeProof(reference, ports, {
    actor: options.actor,
    beforeStoring: () => requireRelay(ports.relays, options.signal),
  });
  const { publication } = made.composition;
  const { reviewAddresses, testAddresses, from } = publication;
  const addresses = options.to ?? (reviewAddresses.length > 0 ? reviewAddresses : testAddresses);
  const deliveries: TestDelivery[] = [];
  for (const address of new Set(addresses)) {
    // Before a session is acquired: one that is never released is lost to all later mails.
    const outgoing = await proofFor(address, made, ports);
    const [session] = await ports.sessions.acquire(1, options.signal);
    if (session === undefined) {
      throw new AppError('RELAY_UNAVAILABLE', 'No relay accepted the connection in time.', {
        hint: 'Check SMTP_URL and that the server is running.',
      });
    }
    const answer = await session.send(outgoing);
    deliveries.push({ address, answer });
  }
  const isToSender =
    options.to === undefined &&
    reviewAddresses.length === 0 &&
    testAddresses.every((one) => one === from.address);
  return { proof: made.proof, deliveries, ...(isToSender ? { note: sentToSender } : {}) };
}

/**
 * A person waits for a proof, so a relay that cannot be used is an error at once: a worker would try it again.
 *
 * @throws AppError RELAY_UNAVAILABLE
 */
async function requireRelay(relays: SendToMePorts['relays'], signal: AbortSignal): Promise<void> {
  const checks = await relays.verify(signal);
  if (checks.some(({ ok }) => ok)) return;
  throw new AppError('RELAY_UNAVAILABLE', 'No proof was made, because no relay can be used.', {
    details: checks.map(({ text }) => text),
    hint: 'Check SMTP_URL and that the server is running.',
  });
}

/** The proof's message for one person, whose link it contains. */
async function proofFor(address: string, made: MadeProof, ports: SendToMePorts) {
  const { composition, proof } = made;
  const { publication, digest, baseUrl, rendered } = composition;
  const expiresAt = proof.madeAt + proofLifetimeMs;
  const url = `${baseUrl}/proof/${ports.links.issue({ proofId: proof.id, address, expiresAt })}`;
  const notice = noticeOf(made, url, canApprove(publication, address));
  const message = ports.renderer.compile({
    publication,
    date: digest.date,
    subject: `[Proof ${proof.number}] ${rendered.subject}`,
    html: withNotice(withOnline(rendered.html, url), noticeHtml(notice), /<body[^>]*>/u),
    text: [`${notice.lines.join('\r\n')}\r\n${url}\r\n\r\n`, ...withOnline(rendered.text, url)],
  });
  const settings = {
    publication,
    baseUrl,
    date: digest.date,
    publicationId: proof.publicationId,
    editionId: 0,
  };
  const makeMessage = await ports.makerFor(message, settings);
  return makeMessage({ subscriberId: 0, address, name: '', now: ports.clock() });
}

interface Notice {
  readonly lines: readonly string[];
  readonly url: string;
  readonly action: string;
}

function noticeOf({ proof, changes, composition }: MadeProof, url: string, mayApprove: boolean): Notice {
  const count = changes?.length ?? 0;
  const before = proof.number > 1 ? `proof ${proof.number - 1}` : 'the approved revision';
  const changed =
    changes === undefined
      ? ''
      : ` ${count === 0 ? 'Nothing has' : count === 1 ? '1 paragraph has' : `${count} paragraphs have`} changed since ${before}.`;
  const action = mayApprove ? 'Approve it or send it back' : 'See it on the web';
  return {
    lines: [
      `Proof ${proof.number} of ${composition.publication.name} for ${proof.date}.${changed}`,
      `${action}:`,
    ],
    url,
    action,
  };
}

function noticeHtml({ lines: [first = ''], url, action }: Notice): string {
  return `<div role="note" style="padding:12px 20px;background-color:#fdf5e3;color:#1a1d21;font:14px/20px Helvetica,Arial,sans-serif">${escapeHtml(first)} <a href="${escapeHtml(url)}" style="color:#1a1d21;font-weight:bold;text-decoration:underline">${action}</a></div>`;
}

/** Puts HTML behind a tag. */
function withNotice(html: SlottedText, notice: string, tag: RegExp): SlottedText {
  let isDone = false;
  return html.map((part) => {
    if (typeof part !== 'string' || isDone) return part;
    const placed = part.replace(tag, (found) => found + notice);
    isDone = placed !== part;
    return placed;
  });
}

/** "View online" leads to the proof's own page. */
function withOnline(text: SlottedText, url: string): SlottedText {
  return text.map((part) => (typeof part !== 'string' && part.slot === 'viewOnlineUrl' ? url : part));
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
