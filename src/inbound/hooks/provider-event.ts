import type { BounceClass, ReportKind } from '../../domain/inbound/received-report.ts';
import type { RefusalClass } from '../../domain/sending/refusal-classes.ts';

/** What a provider says happened to one recipient. */
export interface ProviderEvent {
  readonly kind: ReportKind;
  /** The provider's own name of the event, with its subtype: `Permanent/NoEmail`. */
  readonly name: string;
  /**
   * Of a bounce, what the provider makes of it. A bounce is never read as harder than this. `unclassified`: the provider
   * does not say, and the reply alone decides.
   */
  readonly severity?: BounceClass;
  /** The cause, where the provider names one that the reply need not repeat. */
  readonly cause?: RefusalClass;
  readonly recipient: string;
  /** The receiving server's words, empty if the provider does not pass them on. */
  readonly reply: string;
  /** RFC 5321 */
  readonly code?: number | undefined;
  /** RFC 3463 */
  readonly enhanced?: string | undefined;
  /** Texts in which an envelope sender, a Message-ID or a link made by Daybrief may be found. */
  readonly traces: readonly string[];
  /** The provider does not know which of several recipients it was: without ids the event is about none of them. */
  readonly isVague?: boolean;
  /** As it came, for a person to look at. */
  readonly source: unknown;
}

/** Reads the body of a provider's request, already parsed. Never throws; what is not understood gives no event. */
export type ReadEvents = (body: unknown) => readonly ProviderEvent[];
