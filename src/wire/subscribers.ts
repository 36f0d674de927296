import type { ActedBy } from '../domain/audit.ts';
import type { EditionRange, OutcomeRange, SignupRange } from '../domain/outcome-ranges.ts';
import { commandLineActor } from './base.ts';
import type { WireBase } from './base.ts';

/** A range whose publication, if any, is named by its slug. */
type BySlug<Range extends OutcomeRange> = Omit<Range, 'publicationId'> & {
  readonly slug?: string | undefined;
};

/** Builds the actions on subscribers. */
export function wireSubscribers({ config, store, publicationId, clock }: WireBase) {
  const someId = async (slug: string | undefined) => (slug === undefined ? undefined : publicationId(slug));
  return {
    audience: async (id: number) => (await (await store()).subscribers.counts(id)).active,
    explain: async (email: string) => {
      const { explainAddress } = await import('../app/subscribers/explain-address.ts');
      const { subscribers, suppressions, operatorChanges, explanation } = await store();
      const ports = {
        findSubscriber: async (canonical: string) =>
          (await subscribers.findByCanonical(canonical))?.subscriber,
        isSuppressed: async (canonical: string) => (await suppressions.has([canonical])).has(canonical),
        changes: async (canonical: string) => operatorChanges.log(canonical),
        readExplanation: explanation,
      };
      return explainAddress(email, ports, { limit: 100 });
    },
    outcomes: async ({ slug, ...range }: BySlug<EditionRange>) =>
      (await store()).outcomes({ publicationId: await someId(slug), ...range }),
    feedbackReasons: async ({ slug, ...range }: BySlug<EditionRange>) =>
      (await store()).feedback.reasons({ publicationId: await someId(slug), ...range }),
    signupOutcomes: async ({ slug, ...range }: BySlug<SignupRange>) =>
      (await store()).signupOutcomes({ publicationId: await someId(slug), ...range }),
    /** What is done to subscribers: on the command line, unless another person is named. */
    subscribers: async (by: ActedBy = commandLineActor(config)) => {
      const [{ createSubscriberService }, { formatRows }, { readTable }] = await Promise.all([
        import('../app/subscribers/subscriber-service.ts'),
        import('../content/csv/format-rows.ts'),
        import('../content/csv/read-table.ts'),
      ]);
      const { subscribers, suppressions, operatorChanges } = await store();
      const publications = { id: publicationId };
      return createSubscriberService({
        publications,
        subscribers,
        suppressions,
        operatorChanges,
        by,
        openTable: readTable,
        formatRows,
        clock,
      });
    },
  };
}
