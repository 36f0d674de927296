import type { TroubledCatcher } from './catcher.ts';
import type { LedgerRows } from './ledger-rows.ts';

/** Holds the ledger against itself and against what a catcher took. */
export class LedgerAudit {
  readonly #recipient: LedgerRows;

  constructor(recipient: LedgerRows) {
    this.#recipient = recipient;
  }

  /** Deliveries begun since then (epoch ms) and still without an answer. */
  inFlight(since = 0): Promise<number> {
    return this.#number(
      `select count(*) as number from deliveries where state = 'in-flight' and changed_at >= ${since}`,
    );
  }

  /** How many times deliveries of this edition were uncertain. */
  doubts(date: string): Promise<number> {
    return this.#number(
      `select sum(uncertain_times) as number from deliveries where edition_id = ${editionOf(date)}`,
    );
  }

  async isFinished(date: string): Promise<boolean> {
    const sent = `select count(*) as number from editions where state = 'sent' and date = '${date}'`;
    return (await this.#number(sent)) === 1;
  }

  async equation(date: string): Promise<string> {
    const intended = await this.#number(`select intended as number from editions where date = '${date}'`);
    const counts = await this.#recipient.rows<{ readonly state: string; readonly recipients: number }>(
      `select state || case when outcome is null then ' (open)' else '' end as state, count(*) as recipients
       from deliveries where edition_id = ${editionOf(date)} group by 1`,
    );
    return `${intended} intended: ${counts.map((row) => `${row.recipients} ${row.state}`).join(', ')}`;
  }

  /** intended = accepted + failed + suppressed + uncertain, and until then the rest is not final. */
  async requireBalance(): Promise<void> {
    const editions = await this.#recipient.rows<EditionSums>(
      `select date, state, intended,
           (select count(*) from deliveries where edition_id = editions.id and outcome is not null) as final,
           (select count(*) from deliveries where edition_id = editions.id) as begun,
           (select sum(size) from batches where edition_id = editions.id) as recipients
         from editions where published_at is not null`,
    );
    for (const edition of editions) {
      const { date, state, intended, final, begun, recipients } = edition;
      if (recipients !== intended) throw new Error(`${date}: batches hold ${recipients} of ${intended}`);
      if (begun > intended || final > begun) throw new Error(`${date}: more rows than people`);
      if (state === 'sent' && final !== intended)
        throw new Error(`${date} is "sent" with ${final} of ${intended}`);
    }
    const wrong = await this.#number(
      `select count(*) as number from deliveries where (outcome is null) <>
         (state in ('in-flight', 'deferred') or (state = 'uncertain' and next_attempt_at is not null))`,
    );
    if (wrong > 0) throw new Error(`${wrong} rows contradict themselves`);
  }

  /** Holds the finished ledger against what the catcher really took. */
  async compare(catcher: TroubledCatcher) {
    await this.requireBalance();
    const editions = await this.#number(`select count(*) as number from editions where state = 'sent'`);
    const rows = await this.#recipient.rows<RecipientSums>(
      `select address, count(*) as editions, sum(uncertain_times) as doubts, ${counted.map((state) => `sum(case when state = '${state}' then 1 else 0 end) as ${state}`).join(', ')}
       from deliveries join subscribers on subscribers.id = subscriber_id group by subscriber_id, address`,
    );
    const report = {
      editions,
      intended: 0,
      accepted: 0,
      failed: 0,
      uncertainTimes: 0,
      copies: 0,
      maxCopies: 0,
    };
    for (const row of rows) {
      const copies = catcher.copies.get(row.address) ?? 0;
      const messages = catcher.messageIds.get(row.address)?.size ?? 0;
      if (copies < row.accepted)
        throw new Error(`${row.address}: accepted ${row.accepted}, but ${copies} copies`);
      if (copies > row.accepted + row.doubts)
        throw new Error(`${row.address}: ${copies} copies, ${row.doubts} doubts`);
      if (messages > row.editions) throw new Error(`${row.address}: ${messages} different Message-IDs`);
      const isGone = row.address.startsWith('gone');
      const served = (isGone ? row.failed + row.suppressed : row.accepted) + row.uncertain;
      if (served !== row.editions) throw new Error(`${row.address} was not served: ${JSON.stringify(row)}`);
      report.intended += row.editions;
      report.accepted += row.accepted;
      report.failed += row.failed;
      report.uncertainTimes += row.doubts;
      report.copies += copies;
      report.maxCopies = Math.max(report.maxCopies, copies - row.editions + 1);
    }
    const promised = await this.#number(`select sum(intended) as number from editions`);
    if (report.intended !== promised)
      throw new Error(`${promised} intended, ${report.intended} in the ledger`);
    if (editions === 0) throw new Error('no edition was sent');
    return report;
  }

  async #number(query: string): Promise<number> {
    const [row] = await this.#recipient.rows<{ readonly number: number | null }>(query);
    return row?.number ?? 0;
  }
}

const counted = ['accepted', 'failed', 'uncertain', 'suppressed'] as const;

type RecipientSums = { readonly address: string } & Readonly<
  Record<'editions' | 'doubts' | (typeof counted)[number], number>
>;

interface EditionSums {
  readonly date: string;
  readonly state: string;
  readonly intended: number;
  readonly final: number;
  readonly begun: number;
  readonly recipients: number;
}

function editionOf(date: string): string {
  return `(select id from editions where date = '${date}')`;
}
