import type { Migration } from '../migration.ts';

/**
 * The mailbox that a confirmation mail goes to, as a keyed hash that is the same for every spelling of it. Empty in mails
 * from before, which count by their subscriber alone.
 */
export const mailboxes: Migration = {
  version: 14,
  statements: [
    {
      sqlite: `alter table mails add column mailbox text not null default ''`,
      postgres: `alter table mails add column mailbox text collate "C" not null default ''`,
    },
    `create index mails_by_mailbox on mails (mailbox, created_at)`,
  ],
};
