import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { isStuck } from '../../domain/events/outgoing-event.ts';
import type { EventCounts } from '../../domain/events/outgoing-event.ts';
import { formatCounted } from '../../domain/numbers.ts';
import type { Clock } from '../ports/time.ts';
import type { Check, EditionPorts } from './doctor-ports.ts';

/** Whether the endpoints of a publication take its events; nothing is sent to them. */
export function eventChecks(
  { slug, events = [] }: Pick<Publication, 'slug' | 'events'>,
  { editions, clock }: { readonly editions: Promise<EditionPorts | undefined>; readonly clock: Clock },
): readonly Check[] {
  if (events.length === 0) return [];
  const about = slug;
  const run = async (): Promise<readonly Finding[]> => {
    const { ok, error, notChecked } = findingsOf('events', about);
    const ports = await editions;
    if (ports === undefined) return [notChecked('There is no database yet, so no events.')];
    const unsigned = events.filter(({ name }) => !ports.hasEventSecret(name));
    if (unsigned.length > 0) {
      const names = unsigned.map(({ name }) => name).join(', ');
      return [
        error(`There is no secret to sign events for ${names}, so none are sent.`, {
          fix: 'Run `daybrief events secret`, which makes one and shows it, or set EVENTS_SECRET.',
        }),
      ];
    }
    const counts = await ports.eventCounts();
    const names = new Set(events.map(({ name }) => name));
    const troubled = counts.filter(
      (one) => one.publication === slug && names.has(one.endpoint) && isStuck(one, clock()),
    );
    if (troubled.length > 0) return troubled.map((one) => describe(one));
    return [
      ok(
        `The ${formatCounted(events.length, 'endpoint')} for events ${events.length === 1 ? 'takes' : 'take'} them.`,
      ),
    ];
  };
  return [{ id: 'events', about, run }];
}

function describe({ publication, endpoint, waiting, stoppedAt }: EventCounts): Finding {
  const { warning } = findingsOf('events', publication);
  if (stoppedAt !== null) {
    return warning(`The endpoint ${endpoint} answered 410 and gets no more events.`, {
      fix: `Take it out of publication.yaml, or run \`daybrief events test ${publication}\`, which starts it again.`,
    });
  }
  return warning(
    `${formatCounted(waiting, 'event')} wait for the endpoint ${endpoint}, which does not take them.`,
    {
      fix: `\`daybrief events list ${publication} --state waiting\` says what it answers.`,
    },
  );
}
