import type { Migration } from '../migration.ts';

/** Editions that only their first recipients get until these have been judged. */
export const canaries: Migration = {
  version: 18,
  statements: [
    {
      sqlite: `alter table editions add column canary_until integer`,
      postgres: `alter table editions add column canary_until bigint`,
    },
    // Few rows at any time: every worker asks for them each five seconds.
    `create index editions_with_canary on editions (canary_until) where canary_until is not null`,
  ],
};
