import { Command, InvalidArgumentError, Option } from 'commander';

import type { ListedEvent } from '../../app/ports/events.ts';
import { eventTypeNames } from '../../domain/events/event-types.ts';
import { deliveryStates } from '../../domain/events/outgoing-event.ts';
import type {
  EndpointAnswer,
  EventDelivery,
  EventDeliveryState,
} from '../../domain/events/outgoing-event.ts';
import { formatCounted } from '../../domain/numbers.ts';
import { AppError } from '../../errors/app-error.ts';
import type { CliContext } from '../context.ts';
import { formatTable } from '../output/table.ts';
import { formatTime } from '../output/times.ts';
import { wholeNumber } from './whole-number.ts';

/** `events list|show|replay|test|secret`: what is sent to the endpoints in publication.yaml. */
export function eventsCommand(context: CliContext): Command {
  return new Command('events')
    .description('events that are sent to other systems: list, show, replay, test')
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(replayCommand(context))
    .addCommand(testCommand(context))
    .addCommand(secretCommand(context));
}

interface ListFlags {
  readonly state?: EventDeliveryState;
  readonly type?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

function listCommand(context: CliContext): Command {
  return new Command('list')
    .description('list events of the last two weeks, newest first')
    .argument('[publication]')
    .addOption(new Option('--state <state>', 'only these').choices([...deliveryStates]))
    .addOption(new Option('--type <type>', 'only these').choices([...eventTypeNames]))
    .option('--since <time>', 'only from this time on: 2026-11-25 or 2026-11-25T06:00Z', time)
    .option('--until <time>', 'only before this time', time)
    .option('--limit <number>', 'at most so many', wholeNumber({ min: 1, max: 100_000 }), 50)
    .action(async (publication: string | undefined, flags: ListFlags) => {
      const events = await (await context.openServices()).events();
      const found = await events.list({ publication, ...flags });
      context.result({ events: found.map(toJson) }, () =>
        found.length === 0 ? 'There are no such events.' : tableOf(found),
      );
    });
}

function tableOf(events: readonly ListedEvent[]): string {
  const heads = ['id', 'when (UTC)', 'type', 'about', 'endpoint', 'state', 'last answer'];
  const rows = events.flatMap((event) => {
    const about = `${event.publication} ${event.subject}`;
    const cells = [event.eventId, formatTime(event.at, 'UTC').replace(/ UTC$/u, ''), event.type, about];
    if (event.deliveries.length === 0) return [[...cells, '-', '-', '']];
    return event.deliveries.map(({ endpoint, state, reason }) => [...cells, endpoint, state, reason]);
  });
  return formatTable(
    heads.map((head) => ({ head })),
    rows,
  );
}

function showCommand(context: CliContext): Command {
  return new Command('show')
    .description('show an event as it is sent, and what became of each delivery')
    .argument('<id>', 'as in `events list`: evt_...')
    .action(async (id: string) => {
      const { event, body } = await (await context.openServices()).events().then((events) => events.show(id));
      const json = { ...toJson(event), body: JSON.parse(body) as unknown };
      context.result(json, () =>
        [
          `${event.eventId}: ${event.type}, ${formatTime(event.at, 'UTC')}`,
          JSON.stringify(JSON.parse(body), undefined, 2),
          ...event.deliveries.map(describeDelivery),
        ].join('\n'),
      );
    });
}

function describeDelivery({ endpoint, state, attempts, reason, dueAt, settledAt }: EventDelivery): string {
  const tries = formatCounted(attempts, 'attempt');
  const when =
    settledAt === null ? `next at ${formatTime(dueAt, 'UTC')}` : `at ${formatTime(settledAt, 'UTC')}`;
  return `${endpoint}: ${state} ${when}, ${tries}${reason === '' ? '' : `, ${reason}`}`;
}

interface ReplayFlags {
  readonly id?: string;
  readonly endpoint?: string;
  readonly type?: string;
  readonly since?: number;
  readonly until?: number;
  readonly failed?: boolean;
}

function replayCommand(context: CliContext): Command {
  return new Command('replay')
    .description(
      'send events again: one by its id, or those of a publication that failed or are of a time span',
    )
    .argument('[publication]')
    .option('--id <id>', 'this event')
    .option('--failed', 'only those that were given up')
    .addOption(new Option('--type <type>', 'only these').choices([...eventTypeNames]))
    .option('--since <time>', 'only from this time on: 2026-11-25 or 2026-11-25T06:00Z', time)
    .option('--until <time>', 'only before this time', time)
    .option('--endpoint <name>', 'only to this endpoint')
    .action(async (publication: string | undefined, flags: ReplayFlags) => {
      const { id, endpoint, type, since, until, failed: failedOnly = false } = flags;
      const events = await (await context.openServices()).events();
      let replayed: number;
      if (id !== undefined) replayed = await events.replayOne(id, { endpoint });
      else if (publication !== undefined && (failedOnly || since !== undefined)) {
        const query = {
          publication,
          type,
          since,
          until,
          ...(failedOnly ? { state: 'failed' as const } : {}),
        };
        replayed = await events.replayMany(query, { endpoint, failedOnly });
      } else {
        throw new AppError('USAGE_INVALID', '`events replay` has to know which events.', {
          hint: 'Name one with --id, or a publication with --failed or --since.',
        });
      }
      context.result({ replayed }, () =>
        replayed === 0
          ? 'There are no such events, or they are waiting to be sent anyway.'
          : `${formatCounted(replayed, 'event')} will be sent again by the worker.`,
      );
    });
}

function testCommand(context: CliContext): Command {
  return new Command('test')
    .description('send a test event to the endpoints of a publication; starts one that was stopped')
    .argument('<publication>')
    .option('--endpoint <name>', 'only to this endpoint')
    .action(async (publication: string, { endpoint }: { readonly endpoint?: string }) => {
      const events = await (await context.openServices()).events();
      const tested = await events.test(publication, { endpoint });
      context.result({ endpoints: tested }, () =>
        tested
          .map(
            ({ endpoint: name, answer, isStarted }) =>
              `${name}: ${describeAnswer(answer)}${isStarted ? ' It gets events again.' : ''}`,
          )
          .join('\n'),
      );
      const failed = tested.filter(({ answer }) => answer.kind !== 'accepted').length;
      if (failed === 0) return;
      throw new AppError(
        'EVENT_NOT_TAKEN',
        `${formatCounted(failed, 'endpoint')} of ${tested.length} did not take the test event.`,
        { hint: 'docs/events.md has a receiver of ten lines to compare with.' },
      );
    });
}

function describeAnswer(answer: EndpointAnswer): string {
  switch (answer.kind) {
    case 'accepted':
      return `took the test event (${answer.status}).`;
    case 'gone':
      return 'answered 410: it wants no events.';
    case 'refused':
      return `did not take the test event: ${answer.reason}.`;
  }
}

function secretCommand(context: CliContext): Command {
  return new Command('secret')
    .description('show the secret with which receivers check the signatures; makes one if there is none')
    .option('--endpoint <name>', 'the one of this endpoint, if it has its own')
    .action(async ({ endpoint }: { readonly endpoint?: string }) => {
      const secret = (await (await context.openServices()).events()).secret(endpoint) ?? '';
      context.result({ secret }, () => secret);
    });
}

function toJson({ eventId, publication, type, subject, subscriberId, data, deliveries, at }: ListedEvent) {
  return {
    eventId,
    publication,
    type,
    subject,
    subscriberId,
    data,
    at: new Date(at).toISOString(),
    deliveries: deliveries.map(({ createdAt, dueAt, settledAt, ...delivery }) => ({
      ...delivery,
      createdAt: new Date(createdAt).toISOString(),
      ...(settledAt === null
        ? { dueAt: new Date(dueAt).toISOString() }
        : { settledAt: new Date(settledAt).toISOString() }),
    })),
  };
}

/** ISO 8601; a date is its first moment in UTC, as is a time without a zone. */
function time(text: string): number {
  const isIso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/u.test(text);
  const zoned = /T.*(?:Z|[+-]\d{2}:\d{2})$/u.test(text) || !text.includes('T') ? text : `${text}Z`;
  const at = isIso ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Write 2026-11-25 or 2026-11-25T06:00Z.');
  return at;
}
