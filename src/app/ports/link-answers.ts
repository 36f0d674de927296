import type { LinkAnswer } from '../../domain/editions/link-answer.ts';

/**
 * Requests pages as a browser would open them: HEAD, then GET if that is refused; one at a time for each host. Never
 * throws for what a page answers.
 *
 * @param options.fresh asks again what was answered this morning
 * @returns an answer for each address
 */
export type AskLinks = (
  urls: readonly string[],
  options: { readonly fresh?: boolean; readonly signal?: AbortSignal | undefined },
) => Promise<ReadonlyMap<string, LinkAnswer>>;
