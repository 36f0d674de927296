import type { ArchivedEdition } from '../../domain/editions/archived-edition.ts';
import type { EditionPage } from '../../domain/editions/edition-page.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { CompiledMessage, SlottedText } from '../../domain/message/compiled-message.ts';
import type { MailKind } from '../../domain/signup/transactional-mail.ts';
import type { MailMessages, MakeMail } from '../ports/mails.ts';
import type { PublicationRecord } from '../ports/publications.ts';

export interface MailMessagesPorts {
  readonly render: (mail: {
    readonly kind: MailKind;
    readonly publication: Publication;
    readonly latest: EditionPage | undefined;
  }) => Promise<{ readonly subject: string; readonly html: SlottedText; readonly text: SlottedText }>;
  readonly compile: (mail: {
    readonly publication: Publication;
    readonly mail: MailKind;
    readonly subject: string;
    readonly html: SlottedText;
    readonly text: SlottedText;
  }) => CompiledMessage;
  /** The newest edition that is on the web. */
  readonly latest: (publicationId: number) => Promise<ArchivedEdition | undefined>;
  /**
   * @param options.date of the edition that the mail brings
   * @throws AppError DKIM_KEY_UNUSABLE, DKIM_RECORD_DIFFERS
   */
  readonly makerFor: (
    message: CompiledMessage,
    options: { readonly publication: Publication; readonly date: string | undefined },
  ) => Promise<MakeMail>;
}

interface Kept {
  readonly known: PublicationRecord;
  readonly latestAt: number;
  readonly maker: Promise<MakeMail>;
}

/**
 * Transactional mails, compiled once for each kind and publication, and again when publication.yaml or the
 * edition that it brings has changed.
 */
export function openMailMessages(ports: MailMessagesPorts): MailMessages {
  const kept = new Map<string, Kept>();
  return {
    async open(kind, known) {
      const bringsEdition = kind === 'welcome' && known.publication.archive;
      const latest = bringsEdition ? await ports.latest(known.id) : undefined;
      const latestAt = latest?.changedAt ?? 0;
      const key = `${kind}/${known.id}`;
      const before = kept.get(key);
      if (before?.known === known && before.latestAt === latestAt) return before.maker;
      const maker = compile(kind, known.publication, { latest, ports });
      kept.set(key, { known, latestAt, maker });
      // A failure is not cached: its cause may be fixed by the next call.
      maker.catch(() => kept.delete(key));
      return maker;
    },
  };
}

async function compile(
  kind: MailKind,
  publication: Publication,
  { latest, ports }: { readonly latest: ArchivedEdition | undefined; readonly ports: MailMessagesPorts },
): Promise<MakeMail> {
  const rendered = await ports.render({ kind, publication, latest: latest?.page });
  const message = ports.compile({ publication, mail: kind, ...rendered });
  return ports.makerFor(message, { publication, date: latest?.date });
}
