import type { ProofSummary } from '../../domain/editions/proof.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { parseAddress } from '../../domain/subscribers/address.ts';
import type { Log } from '../../log/log.ts';
import type { Renderer } from '../ports/digests.ts';
import type { ClaimedReturn, Proofs } from '../ports/proofs.ts';
import type { Publications } from '../ports/publications.ts';
import type { RelaySessions } from '../ports/relays.ts';
import type { Clock } from '../ports/time.ts';
import type { OpenMessagesPorts } from '../sending/open-messages.ts';

export interface ReturnNotesPorts {
  readonly proofs: Pick<Proofs, 'returnsDue' | 'claimReturn' | 'settleReturn'>;
  readonly publications: Pick<Publications, 'byId'>;
  readonly compile: Renderer['compile'];
  readonly makerFor: OpenMessagesPorts['makerFor'];
  readonly sessions: RelaySessions;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ReturnNotesOptions {
  readonly leaseMs: number;
  readonly retryMs: number;
  /** Aborted when the worker is asked to stop. */
  readonly signal: AbortSignal;
}

/** Notes mailed per run; the next run finds the rest. */
const limit = 20;

/** An author who was not reached within a day finds the note in the preview. */
const giveUpAfterMs = 24 * 3_600_000;

/**
 * Mails the notes with which editions were sent back to their authors. A note that no relay accepts is tried again for
 * a day; a crash in between mails it twice under one Message-ID rather than not at all.
 */
export async function sendReturnNotes(ports: ReturnNotesPorts, options: ReturnNotesOptions): Promise<void> {
  const { proofs, clock, log } = ports;
  for (const id of await proofs.returnsDue({ now: clock(), limit })) {
    if (options.signal.aborted) return;
    const claim = await proofs.claimReturn(id, { now: clock(), leaseMs: options.leaseMs });
    if (claim === undefined) continue;
    const isMailed = await mailNote(claim, ports, options).catch((error: unknown) => {
      log.warn({ error, proof: id }, 'a note to an author could not be mailed');
      return false;
    });
    const isOver = isMailed || clock() >= claim.returned.at + giveUpAfterMs;
    await proofs.settleReturn(claim, isOver ? {} : { nextAt: clock() + options.retryMs });
  }
}

/** True once every address was accepted or refused for good. */
async function mailNote(
  claim: ClaimedReturn,
  ports: ReturnNotesPorts,
  { signal, leaseMs }: ReturnNotesOptions,
): Promise<boolean> {
  const known = await ports.publications.byId(claim.publicationId);
  if (known === undefined) return false;
  const { publication } = known;
  const message = ports.compile({ publication, date: claim.date, ...noteOf(claim, publication) });
  const make = await ports.makerFor(message, {
    publication,
    baseUrl: ports.baseUrl,
    date: claim.date,
    publicationId: claim.publicationId,
    editionId: 0,
  });
  let isDone = true;
  for (const address of authorsOf(claim, publication)) {
    // The time of the note, so that a repeated mail has the same Message-ID.
    const outgoing = await make({ subscriberId: 0, address, name: '', now: claim.returned.at });
    const patience = AbortSignal.any([signal, AbortSignal.timeout(leaseMs / 2)]);
    const [session] = await ports.sessions.acquire(1, patience);
    if (session === undefined) return false;
    const answer = await session.send(outgoing);
    const isRefused = answer.kind === 'needs-smtputf8' || (answer.kind === 'refused' && answer.code >= 500);
    if (answer.kind !== 'accepted' && !isRefused) isDone = false;
    if (isRefused)
      ports.log.warn({ publication: publication.slug }, 'the address of an author refused a note');
  }
  return isDone;
}

/** Who made the proof, if they act under their address; else `author-addresses`, else `test-addresses`. */
function authorsOf(
  { madeBy }: Pick<ProofSummary, 'madeBy'>,
  { authorAddresses, testAddresses }: Pick<Publication, 'authorAddresses' | 'testAddresses'>,
): readonly string[] {
  if (parseAddress(madeBy).ok) return [madeBy];
  return authorAddresses.length > 0 ? authorAddresses : testAddresses;
}

function noteOf(
  { number, date, returned }: ClaimedReturn,
  { name, slug, language }: Publication,
): { readonly subject: string; readonly html: readonly string[]; readonly text: readonly string[] } {
  const first = `${returned.by} sent back proof ${number} of ${name} for ${date}:`;
  const next = `What was approved before stays approved. The note is in the preview as well: daybrief preview ${slug}/${date}`;
  const quoted = returned.note.split(/\r?\n/u);
  const style = 'margin:0 0 16px;font:16px/24px Helvetica,Arial,sans-serif';
  const note = quoted.map(escapeHtml).join('<br>');
  return {
    subject: `[Sent back] ${name}, ${date}: proof ${number}`,
    text: [[first, '', ...quoted.map((line) => `> ${line}`), '', next, ''].join('\r\n')],
    html: [
      `<!doctype html><html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><title>Sent back</title></head><body style="margin:20px"><p style="${style}">${escapeHtml(first)}</p><blockquote style="${style};padding-left:16px;border-left:4px solid #767f8a">${note}</blockquote><p style="${style}">${escapeHtml(next)}</p></body></html>`,
    ],
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
