import type { Verdict } from './read-answer.ts';

/** Why an edition must stop whatever the replies say in words. */
export interface SeriesFinding {
  /** The kind of the alarm. */
  readonly kind: 'refused' | 'uncertain';
  readonly reason: string;
  /** Recipients whose refusals made the series. */
  readonly subscriberIds: readonly number[];
}

/** Results that are looked at: the last ones of an edition from one relay. */
const windowSize = 25;
const minInWindow = 20;
const minDomains = 3;

interface Result {
  readonly kind: 'accepted' | 'refused' | 'uncertain';
  readonly subscriberId: number;
  readonly domain: string;
}

/**
 * Recognises trouble on the sender's side by the results alone, for replies that no rule understands: 20 of the
 * last 25 results from one relay are final refusals that do not concern addresses, over at least three
 * receiving domains; or 20 of the last 25 messages got no reply.
 */
export class RefusalSeries {
  readonly #windows = new Map<number, Map<string, Result[]>>();
  /** Of editions that a series has stopped. */
  readonly #refused = new Map<number, number[]>();

  /** Returns a finding when this result completes a series. */
  note(
    delivery: {
      readonly editionId: number;
      readonly relay: string;
      readonly subscriberId: number;
      readonly domain: string;
    },
    verdict: Pick<Verdict, 'class' | 'row'>,
  ): SeriesFinding | undefined {
    const kind = kindOf(verdict);
    const { editionId, relay, subscriberId, domain } = delivery;
    if (kind === undefined) return undefined;
    const stopped = this.#refused.get(editionId);
    if (stopped !== undefined) {
      // It was in flight when the series ended.
      if (kind === 'refused') stopped.push(subscriberId);
      return undefined;
    }
    const window = this.#window(editionId, relay);
    window.push({ kind, subscriberId, domain });
    if (window.length > windowSize) window.shift();
    const refused = window.filter((result) => result.kind === 'refused');
    const uncertain = window.filter((result) => result.kind === 'uncertain');
    const domains = new Set(refused.map((result) => result.domain.toLowerCase()));
    if (refused.length >= minInWindow && domains.size >= minDomains) {
      this.#refused.set(
        editionId,
        refused.map((result) => result.subscriberId),
      );
      const reason = `${refused.length} of the last ${window.length} recipients were refused by ${relay}, at ${domains.size} domains`;
      return { kind: 'refused', reason, subscriberIds: refused.map((result) => result.subscriberId) };
    }
    if (uncertain.length < minInWindow) return undefined;
    this.#refused.set(editionId, []);
    return {
      kind: 'uncertain',
      reason: `${relay} sent no reply to ${uncertain.length} of the last ${window.length} messages`,
      subscriberIds: [],
    };
  }

  /** Recipients whose refusals stopped the edition; undefined if no series has. */
  refused(editionId: number): readonly number[] | undefined {
    return this.#refused.get(editionId);
  }

  /** Begins again if a series has stopped the edition. */
  forgetStopped(editionId: number): void {
    if (this.#refused.has(editionId)) this.forget(editionId);
  }

  /** Begins again. */
  forget(editionId: number): void {
    this.#refused.delete(editionId);
    this.#windows.delete(editionId);
  }

  #window(editionId: number, relay: string): Result[] {
    let byRelay = this.#windows.get(editionId);
    if (byRelay === undefined) this.#windows.set(editionId, (byRelay = new Map<string, Result[]>()));
    let window = byRelay.get(relay);
    if (window === undefined) byRelay.set(relay, (window = []));
    return window;
  }
}

function kindOf({ class: answerClass, row }: Pick<Verdict, 'class' | 'row'>): Result['kind'] | undefined {
  if (answerClass === 'accepted' || answerClass === 'uncertain') return answerClass;
  const isAboutSender = answerClass === 'policy' || answerClass === 'reputation' || answerClass === 'refused';
  return isAboutSender && row.state === 'failed' ? 'refused' : undefined;
}
