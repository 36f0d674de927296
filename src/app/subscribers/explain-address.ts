import { whyAbsent } from '../../domain/explanation.ts';
import type { AbsenceReason, ExplainedAbsence, Explanation } from '../../domain/explanation.ts';
import { requireAddress } from '../../domain/subscribers/address.ts';
import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';

export interface ExplainPorts {
  readonly findSubscriber: (canonical: string) => Promise<
    | {
        readonly id: number;
        readonly address: string;
        readonly name: string;
        readonly createdAt: number;
      }
    | undefined
  >;
  readonly isSuppressed: (canonical: string) => Promise<boolean>;
  readonly readExplanation: (options: {
    readonly canonical: string;
    readonly subscriberId: number | undefined;
    readonly limit: number;
  }) => Promise<Explanation>;
}

export interface AddressExplanation extends Explanation {
  readonly address: string;
  readonly name: string;
  /** Whether the address, known or erased, is suppressed: it never gets mail again. */
  readonly suppressed: boolean;
  /** `false` if there is no subscriber; there may be a suppression or an open signup. */
  readonly known: boolean;
  readonly since?: number;
  /** Newest first. */
  readonly absences: readonly (ExplainedAbsence & { readonly reason: AbsenceReason })[];
}

/**
 * Returns everything stored about one address, and why it did or did not get each edition.
 *
 * @throws AppError ADDRESS_INVALID when the text is no address.
 */
export async function explainAddress(
  text: string,
  ports: ExplainPorts,
  options: { readonly limit: number },
): Promise<AddressExplanation> {
  const asked = requireAddress(text);
  const suppressed = await ports.isSuppressed(asked.canonical);
  const subscriber = await ports.findSubscriber(asked.canonical);
  const stored = await ports.readExplanation({
    canonical: asked.canonical,
    subscriberId: subscriber?.id,
    limit: options.limit,
  });
  const absences = stored.absences.map((absence) => ({
    ...absence,
    reason: whyAbsent(absence, stored.subscriptions),
  }));
  // A relay's reply may name other recipients.
  const masked = <Row extends { readonly replyText: string | null }>(row: Row): Row => ({
    ...row,
    replyText: row.replyText === null ? null : maskAddresses(row.replyText, { except: asked.canonical }),
  });
  const deliveries = stored.deliveries.map(masked);
  const mails = stored.mails.map(masked);
  const feedback = stored.feedback.map((row) => ({
    ...row,
    text: row.text === null ? null : maskAddresses(row.text, { except: asked.canonical }),
  }));
  const explanation = { ...stored, deliveries, feedback, mails, absences };
  if (subscriber === undefined) {
    return { address: asked.address, name: '', suppressed, known: false, ...explanation };
  }
  const { address, name, createdAt: since } = subscriber;
  return { address, name, suppressed, known: true, since, ...explanation };
}
