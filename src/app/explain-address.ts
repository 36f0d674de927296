import type { Explanation } from '../domain/explanation.ts';
import { requireAddress } from './require-address.ts';

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
    readonly subscriberId: number;
    readonly limit: number;
  }) => Promise<Explanation>;
}

export interface AddressExplanation extends Explanation {
  readonly address: string;
  readonly name: string;
  /** Whether the address, known or erased, is kept from ever getting mail again. */
  readonly suppressed: boolean;
  /** `false` when nothing but perhaps a suppression is known. */
  readonly known: boolean;
  readonly since?: number;
}

/**
 * All that is known of one address, and why it did or did not get an edition.
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
  if (subscriber === undefined) {
    const nothing = { subscriptions: [], deliveries: [], absences: [] };
    return { address: asked.address, name: '', suppressed, known: false, ...nothing };
  }
  const explanation = await ports.readExplanation({ subscriberId: subscriber.id, limit: options.limit });
  const { address, name, createdAt: since } = subscriber;
  return { address, name, suppressed, known: true, since, ...explanation };
}
