import type { RevisionSettings } from '../../domain/editions/edition.ts';
import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import type { Outgoing } from './relays.ts';

/** Makes one recipient's bytes from an approved revision; a promise of them where they are signed. */
export type MessageMaker = (recipient: {
  readonly subscriberId: number;
  readonly address: string;
  readonly name: string;
  readonly now: number;
}) => Outgoing | Promise<Outgoing>;

export interface Messages {
  /**
   * Loads a revision and checks its bytes against the approved hash.
   *
   * @throws AppError EDITION_BYTES_DIFFER if they are not the approved ones.
   */
  open(editionId: number, revision: number): Promise<MessageMaker>;
}

/** The content hash: of the message and of where its links lead. Lower-case hex. */
export type HashMessage = (message: CompiledMessage, settings: RevisionSettings) => string;
