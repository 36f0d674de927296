import { z } from 'zod';

import { notFound } from '../../../app/subscribers/show-subscriber.ts';
import type { ShownSubscriber } from '../../../app/subscribers/show-subscriber.ts';
import { coversPublication } from '../../../domain/accounts/api-token.ts';
import type { ApiToken } from '../../../domain/accounts/api-token.ts';
import { everyPublication } from '../../../domain/accounts/role.ts';
import { outcomes } from '../../../domain/outcome.ts';
import { requireAddress } from '../../../domain/subscribers/address.ts';
import { AppError } from '../../../errors/app-error.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import {
  address,
  count,
  cursor,
  limit,
  ofPublication,
  pageOf,
  reason,
  slug,
  time,
  toTime,
} from '../schemas/common.ts';
import { states, unsubscribedSchema } from '../schemas/subscribers.ts';

const subscriberSchema = z
  .strictObject({
    address: z.string(),
    name: z.string().describe('Empty if it is not known.'),
    timeZone: z.string().nullable().describe('IANA name'),
    state: states,
    createdAt: time,
  })
  .meta({ id: 'Subscriber' });

const knownAddressSchema = z
  .strictObject({
    address: z.string(),
    name: z.string().nullable().describe('Null if only the suppression is stored.'),
    timeZone: z.string().nullable(),
    isSuppressed: z.boolean().describe('No publication mails this address.'),
    subscriptions: z
      .array(
        z.strictObject({
          publication: slug,
          state: states,
          source: z.string(),
          createdAt: time,
          changedAt: time,
          pausedUntil: time.nullable(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'KnownAddress' });

/**
 * What a token sees of an address: subscriptions in its own publications. One that is in none of them is not found, in
 * the sentence for an unknown one, whatever other publications know of it.
 */
function toKnown(
  shown: ShownSubscriber,
  { asked, token }: { readonly asked: string; readonly token: ApiToken },
): z.input<typeof knownAddressSchema> {
  const own = shown.subscriptions.filter(({ publication }) => coversPublication(token, publication));
  if (own.length === 0 && !coversPublication(token, everyPublication))
    throw notFound(requireAddress(asked).address);
  return {
    address: shown.address,
    name: shown.subscriber?.name ?? null,
    timeZone: shown.subscriber?.timeZone ?? null,
    isSuppressed: shown.suppressed,
    subscriptions: own.map(({ publication, state, source, createdAt, changedAt, pausedUntil }) => ({
      publication,
      state,
      source,
      createdAt: toTime(createdAt),
      changedAt: toTime(changedAt),
      pausedUntil: pausedUntil > 0 ? toTime(pausedUntil) : null,
    })),
  };
}

const signupSchema = z
  .strictObject({
    outcome: z.enum(outcomes),
    reason: z.string(),
    text: z.string().describe("What a subscriber reads, in the publication's language."),
  })
  .meta({ id: 'Signup' });

const list = endpoint({
  id: 'listSubscribers',
  tag: 'subscribers',
  method: 'GET',
  path: '/publications/{slug}/subscribers',
  scope: 'subscribers',
  reach: 'this',
  summary: 'Lists the subscribers of a publication.',
  params: ofPublication,
  query: z.strictObject({ state: states.optional(), limit, cursor: cursor.optional() }),
  answer: pageOf(subscriberSchema).meta({ id: 'Subscribers' }),
  handle: async ({ params, query, by, web }) => {
    const service = await web.services.desk.subscribers(by);
    const afterId = Number(readCursor('subscribers', query.cursor) ?? 0);
    const { state, limit: size } = query;
    const page = await service.page({ publication: params.slug, state, limit: size, afterId });
    return {
      items: page.subscribers.map((row) => ({
        address: row.address,
        name: row.name,
        timeZone: row.timeZone,
        state: row.state,
        createdAt: toTime(row.createdAt),
      })),
      next: page.nextAfterId === undefined ? null : writeCursor('subscribers', page.nextAfterId),
    };
  },
});

const counts = endpoint({
  id: 'countSubscribers',
  tag: 'subscribers',
  method: 'GET',
  path: '/publications/{slug}/subscribers/counts',
  scope: 'read',
  reach: 'this',
  summary: 'Counts the subscriptions of a publication by state.',
  params: ofPublication,
  answer: z
    .strictObject({ pending: count, active: count, unsubscribed: count, suppressed: count })
    .meta({ id: 'SubscriberCounts' }),
  handle: async ({ publication, web }) => {
    const { pending, active, unsubscribed, suppressed } = await web.services.api.countSubscribers(
      publication.id,
    );
    return { pending, active, unsubscribed, suppressed };
  },
});

const create = endpoint({
  id: 'createSubscriber',
  tag: 'subscribers',
  method: 'POST',
  path: '/publications/{slug}/subscribers',
  scope: 'subscribers',
  reach: 'this',
  status: 202,
  summary: 'Signs an address up through the gate of every signup, with the mail that asks for confirmation.',
  description:
    'The answer is the same whether the address is subscribed already or not. `visitor` is the IP address of the person who filled in your form: attempts are limited by address, by network and in total, as on the pages.',
  params: ofPublication,
  body: z.strictObject({
    address,
    visitor: z
      .union([z.ipv4(), z.ipv6()])
      .optional()
      .describe('IP address of the visitor; that of the program unless given.'),
  }),
  answer: signupSchema,
  refusals: ['ADDRESS_INVALID', 'SIGNUP_REFUSED'],
  handle: async ({ params, body, network, publication, web }) => {
    const { outcomeTexts } = publication.publication;
    const {
      outcome,
      reason: why,
      retryAfterMs,
    } = await web.services.api.signUp({
      publication: params.slug,
      email: body.address,
      network: body.visitor ?? network,
    });
    if (outcome === 'valid-email') throw new AppError('ADDRESS_INVALID', outcomeTexts[outcome]);
    if (outcome === 'subscription-failed') {
      throw new AppError(
        retryAfterMs === undefined ? 'SIGNUP_REFUSED' : 'REQUEST_LIMIT',
        outcomeTexts[outcome],
        {
          hint: `The reason is ${why}.`,
        },
      );
    }
    return { outcome, reason: why, text: outcomeTexts[outcome] };
  },
});

const find = endpoint({
  id: 'findSubscriber',
  tag: 'subscribers',
  method: 'POST',
  path: '/subscribers/find',
  scope: 'subscribers',
  reach: 'any',
  isReading: true,
  summary: 'Finds one address: its subscriptions, and whether it is suppressed.',
  description:
    'A POST, so that no address is in a URL, where logs of proxies would keep it. It changes nothing.',
  body: z.strictObject({ address }),
  answer: knownAddressSchema,
  refusals: ['ADDRESS_INVALID', 'SUBSCRIBER_NOT_FOUND'],
  handle: async ({ body, token, by, web }) => {
    const service = await web.services.desk.subscribers(by);
    return toKnown(await service.show(body.address), { asked: body.address, token });
  },
});

const unsubscribe = endpoint({
  id: 'unsubscribe',
  tag: 'subscribers',
  method: 'POST',
  path: '/publications/{slug}/subscribers/unsubscribe',
  scope: 'subscribers',
  reach: 'this',
  summary: 'Unsubscribes an address from a publication, whether it is known or not.',
  params: ofPublication,
  body: z.strictObject({ address, reason }),
  answer: unsubscribedSchema,
  refusals: ['ADDRESS_INVALID'],
  handle: async ({ params, body, by, web }) => {
    const service = await web.services.desk.subscribers(by);
    const { before } = await service.set({
      publication: params.slug,
      email: body.address,
      state: 'unsubscribed',
      reason: body.reason,
    });
    return { before: before ?? null };
  },
});

export const subscriberEndpoints = [list, counts, create, find, unsubscribe];
