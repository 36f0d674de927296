import type { Revision, RevisionSettings } from '../../domain/editions/edition.ts';
import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import type { IsoDate } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Editions } from '../ports/editions.ts';
import type { HashMessage, MessageMaker, Messages } from '../ports/messages.ts';

/** What a message maker is made for. */
export interface MakerSettings extends RevisionSettings {
  readonly publicationId: number;
  /** 0 for a message that belongs to no edition. */
  readonly editionId: number;
  readonly date: IsoDate;
}

export interface OpenMessagesPorts {
  readonly editions: Pick<Editions, 'get' | 'revision'>;
  readonly hash: HashMessage;
  /** @throws AppError DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS */
  readonly makerFor: (
    message: CompiledMessage,
    settings: MakerSettings,
  ) => MessageMaker | Promise<MessageMaker>;
}

/** Revisions kept ready at a time; a worker serves one or two editions at once. */
const kept = 4;

/**
 * Approved revisions as message makers. Each is read and checked against its approved hash once, then
 * kept ready.
 */
export function openMessages(ports: OpenMessagesPorts): Messages {
  const makers = new Map<string, Promise<MessageMaker>>();
  return {
    open(editionId, revision) {
      const key = `${editionId}/${revision}`;
      let maker = makers.get(key);
      if (maker === undefined) {
        maker = readMaker(ports, editionId, revision);
        const [oldest] = makers.keys();
        if (makers.size >= kept && oldest !== undefined) makers.delete(oldest);
        makers.set(key, maker);
        // A failure is not cached: its cause may be fixed by the next call.
        maker.catch(() => makers.delete(key));
      }
      return maker;
    },
  };
}

async function readMaker(ports: OpenMessagesPorts, editionId: number, number: number): Promise<MessageMaker> {
  const edition = await ports.editions.get(editionId);
  const revision = await ports.editions.revision(editionId, number);
  if (revision === undefined) throw differ(edition.date, `revision ${number} is missing`);
  const { message, settings } = readRevision(revision, edition.date);
  if (ports.hash(message, settings) !== revision.contentHash) {
    throw differ(edition.date, `revision ${number} does not have the hash that was approved`);
  }
  const { publicationId, date } = edition;
  return ports.makerFor(message, { ...settings, publicationId, editionId, date });
}

function readRevision(
  revision: Revision,
  date: string,
): { readonly message: CompiledMessage; readonly settings: RevisionSettings } {
  try {
    return {
      message: JSON.parse(revision.message) as CompiledMessage,
      settings: JSON.parse(revision.settings) as RevisionSettings,
    };
  } catch {
    throw differ(date, `revision ${revision.revision} cannot be read`);
  }
}

function differ(date: string, why: string): AppError {
  return new AppError(
    'EDITION_BYTES_DIFFER',
    `The stored bytes of the edition of ${date} are not what was approved: ${why}.`,
    { hint: 'Nothing was sent. Approve the digest again, and find out who changed the database.' },
  );
}
