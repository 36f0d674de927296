import Database from 'better-sqlite3';

import type { TroubledCatcher } from './catcher.ts';

/** Reads the ledger as an outsider would: plain SQL on the file, none of Daybrief's own code. */
export class LedgerAudit implements Disposable {
  readonly #db: Database.Database;

  constructor(path: string) {
    this.#db = new Database(path, { readonly: true, timeout: 10_000 });
  }

  /** Deliveries begun since then (epoch ms) and still without an answer. */
  inFlight(since = 0): number {
    return this.#number(
      `select count(*) from deliveries where state = 'in-flight' and changed_at >= ?`,
      since,
    );
  }

  /** How many times deliveries of this edition were uncertain. */
  doubts(date: string): number {
    return this.#number(
      `select sum(uncertain_times) from deliveries where edition_id = (select id from editions where date = ?)`,
      date,
    );
  }

  isFinished(date: string): boolean {
    return this.#number(`select count(*) from editions where state = 'sent' and date = ?`, date) === 1;
  }

  equation(date: string): string {
    const intended = this.#number(`select intended from editions where date = ?`, date);
    const counts = this.#db
      .prepare(
        `select state || case when outcome is null then ' (open)' else '' end as state, count(*) as people
         from deliveries where edition_id = (select id from editions where date = ?) group by 1`,
      )
      .all(date) as { state: string; people: number }[];
    return `${intended} intended: ${counts.map((row) => `${row.people} ${row.state}`).join(', ')}`;
  }

  /** intended = accepted + failed + suppressed + uncertain, and until then the rest is not final. */
  requireBalance(): void {
    const editions = this.#db
      .prepare(
        `select date, state, intended,
           (select count(*) from deliveries where edition_id = editions.id and outcome is not null) as final,
           (select count(*) from deliveries where edition_id = editions.id) as begun,
           (select sum(size) from batches where edition_id = editions.id) as people
         from editions where published_at is not null`,
      )
      .all() as {
      date: string;
      state: string;
      intended: number;
      final: number;
      begun: number;
      people: number;
    }[];
    for (const edition of editions) {
      const { date, state, intended, final, begun, people } = edition;
      if (people !== intended) throw new Error(`${date}: batches hold ${people} of ${intended}`);
      if (begun > intended || final > begun) throw new Error(`${date}: more rows than people`);
      if (state === 'sent' && final !== intended)
        throw new Error(`${date} is "sent" with ${final} of ${intended}`);
    }
    const wrong = this.#number(
      `select count(*) from deliveries where (outcome is null) <>
         (state in ('in-flight', 'deferred') or (state = 'uncertain' and next_attempt_at is not null))`,
    );
    if (wrong > 0) throw new Error(`${wrong} rows contradict themselves`);
  }

  /** Holds the finished ledger against what the catcher really took. */
  compare(catcher: TroubledCatcher) {
    this.requireBalance();
    const editions = this.#number(`select count(*) from editions where state = 'sent'`);
    const rows = this.#db
      .prepare(
        `select address, state, count(*) as editions, sum(uncertain_times) as doubts,
           sum(state = 'accepted') as accepted, sum(state = 'failed') as failed,
           sum(state = 'uncertain') as uncertain, sum(state = 'suppressed') as suppressed
         from deliveries join subscribers on subscribers.id = subscriber_id group by subscriber_id`,
      )
      .all() as {
      address: string;
      editions: number;
      doubts: number;
      accepted: number;
      failed: number;
      uncertain: number;
      suppressed: number;
    }[];
    const report = { intended: 0, accepted: 0, failed: 0, uncertainTimes: 0, copies: 0, mostCopies: 0 };
    for (const row of rows) {
      const copies = catcher.copies.get(row.address) ?? 0;
      const messages = catcher.messageIds.get(row.address)?.size ?? 0;
      if (copies < row.accepted)
        throw new Error(`${row.address}: accepted ${row.accepted}, but ${copies} copies`);
      if (copies > row.accepted + row.doubts)
        throw new Error(`${row.address}: ${copies} copies, ${row.doubts} doubts`);
      if (messages > row.editions) throw new Error(`${row.address}: ${messages} different Message-IDs`);
      const isGone = row.address.startsWith('gone');
      const served = isGone ? row.failed + row.suppressed : row.accepted + row.uncertain;
      if (served !== row.editions) throw new Error(`${row.address} was not served: ${JSON.stringify(row)}`);
      report.intended += row.editions;
      report.accepted += row.accepted;
      report.failed += row.failed;
      report.uncertainTimes += row.doubts;
      report.copies += copies;
      report.mostCopies = Math.max(report.mostCopies, copies - row.editions + 1);
    }
    const promised = this.#number(`select sum(intended) from editions`);
    if (report.intended !== promised)
      throw new Error(`${promised} intended, ${report.intended} in the ledger`);
    if (editions === 0) throw new Error('no edition was sent');
    return report;
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #number(query: string, ...parameters: readonly unknown[]): number {
    return Number(
      this.#db
        .prepare(query)
        .pluck()
        .get(...parameters) ?? 0,
    );
  }
}
