import type { Migration } from '../migration.ts';

/**
 * Signups, mails and alarms are claimed in the same way, see `leases.ts`: `epoch` counts the claims. Alarms
 * called it `attempts`; signups counted twice.
 */
export const oneLease: Migration = {
  version: 7,
  statements: [
    `alter table alarms rename column attempts to epoch`,
    `alter table signups drop column attempts`,
  ],
};
