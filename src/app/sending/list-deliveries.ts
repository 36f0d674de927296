import type { DeliveryKind, DeliveryQuery, ListedDelivery } from '../../domain/sending/delivery.ts';
import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';

const pageSize = 1_000;

/**
 * Lists an edition's deliveries of a kind page by page, in flat memory: recipients with the reason and the part of
 * the relay's reply that concerns them.
 */
export async function* listDeliveries(
  request: { readonly editionId: number; readonly kind: DeliveryKind },
  read: (query: DeliveryQuery) => Promise<readonly ListedDelivery[]>,
): AsyncGenerator<readonly ListedDelivery[]> {
  let afterId = 0;
  for (;;) {
    const page = await read({ ...request, afterId, limit: pageSize });
    if (page.length > 0) yield page.map(masked);
    if (page.length < pageSize) return;
    afterId = page.at(-1)?.subscriberId ?? afterId;
  }
}

function masked(delivery: ListedDelivery): ListedDelivery {
  const { replyText, address } = delivery;
  if (replyText === null) return delivery;
  return { ...delivery, replyText: maskAddresses(replyText, { except: address.toLowerCase() }) };
}
