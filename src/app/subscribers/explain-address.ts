import { whyAbsent } from '../../domain/explanation.ts';
import type { AbsenceReason, ExplainedAbsence, Explanation } from '../../domain/explanation.ts';
import { requireAddress } from '../../domain/subscribers/address.ts';
import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';
import type { OperatorChanges } from '../ports/subscribers.ts';

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
  /** What operators did to the address, newest first. */
  readonly changes: OperatorChanges['log'];
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
  /** Who suppressed it and why, if an operator did. */
  readonly suppressedBy?: { readonly at: number; readonly actor: string; readonly reason: string };
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
  const suppressedBy = suppressed ? await suppressionOf(asked.canonical, ports) : undefined;
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
  const explanation = {
    ...stored,
    deliveries,
    feedback,
    mails,
    absences,
    ...(suppressedBy === undefined ? {} : { suppressedBy }),
  };
  if (subscriber === undefined) {
    return { address: asked.address, name: '', suppressed, known: false, ...explanation };
  }
  const { address, name, createdAt: since } = subscriber;
  return { address, name, suppressed, known: true, since, ...explanation };
}

/** The latest decision of an operator on the suppression of an address, if it was to suppress it. */
async function suppressionOf(canonical: string, { changes }: ExplainPorts) {
  const latest = (await changes(canonical)).find(({ action }) => /^(?:un)?suppress/u.test(action));
  if (latest === undefined || latest.action.startsWith('un')) return undefined;
  const { at, actor, reason } = latest;
  return { at, actor, reason };
}
