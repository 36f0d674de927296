/** At a receiving domain, at least so many refused addresses, and more than this share, are not believed. */
export const doubtfulRefusals = 20;
export const doubtfulShare = 0.05;

interface DomainCount {
  results: number;
  refused: number;
  /** The number of refusals at which the ledger is asked next. */
  askAt: number;
  isDoubted: boolean;
}

/**
 * Counts, for each edition and receiving domain, recipients whose address was refused as unknown: a receiver that
 * suddenly rejects many has lost its directory. This process' results only, so the ledger decides.
 */
export class BadAddressCounts {
  readonly #editions = new Map<number, Map<string, DomainCount>>();

  /**
   * Counts a result. Returns its row, without the suppression if the receiver is not believed, and whether the
   * ledger should look at the edition.
   */
  note<R extends { readonly suppress?: string }>(
    at: EditionDomain,
    row: R,
  ): { readonly row: R | Omit<R, 'suppress'>; readonly needsReview: boolean } {
    const count = this.#count(at);
    count.results += 1;
    if (row.suppress === undefined) return { row, needsReview: false };
    count.refused += 1;
    const { suppress: _, ...believed } = row;
    if (count.isDoubted) return { row: believed, needsReview: false };
    const needsReview = count.refused >= count.askAt && count.refused > count.results * doubtfulShare;
    if (needsReview) count.askAt = count.refused * 2;
    return { row, needsReview };
  }

  /** The ledger does not believe the domain: no further recipient is suppressed. */
  doubt(at: EditionDomain): void {
    this.#count(at).isDoubted = true;
  }

  forget(editionId: number): void {
    this.#editions.delete(editionId);
  }

  #count({ editionId, domain }: EditionDomain): DomainCount {
    let domains = this.#editions.get(editionId);
    if (domains === undefined) this.#editions.set(editionId, (domains = new Map<string, DomainCount>()));
    const key = domain.toLowerCase();
    let count = domains.get(key);
    if (count === undefined) {
      count = { results: 0, refused: 0, askAt: doubtfulRefusals, isDoubted: false };
      domains.set(key, count);
    }
    return count;
  }
}

interface EditionDomain {
  readonly editionId: number;
  readonly domain: string;
}
