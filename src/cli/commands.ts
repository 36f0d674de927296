import type { Command } from 'commander';

import { backupCommand } from './commands/backup.ts';
import { catchCommand } from './commands/catch.ts';
import { copyDataCommand } from './commands/copy-data.ts';
import { demoCommand } from './commands/demo.ts';
import { composeCommand } from './commands/digests/compose.ts';
import { diffCommand } from './commands/digests/diff.ts';
import { inboxCommand } from './commands/digests/inbox.ts';
import { initCommand } from './commands/digests/init.ts';
import { lintCommand } from './commands/digests/lint.ts';
import { newCommand } from './commands/digests/new.ts';
import { previewCommand } from './commands/digests/preview.ts';
import { schemaCommand } from './commands/digests/schema.ts';
import { dkimCommand } from './commands/dkim.ts';
import { approveCommand } from './commands/editions/approve.ts';
import { correctCommand, withdrawCommand } from './commands/editions/change-page.ts';
import { scheduleCommand, unscheduleCommand } from './commands/editions/schedule.ts';
import { sendCommand } from './commands/editions/send.ts';
import { statusCommand } from './commands/editions/status.ts';
import {
  cancelCommand,
  pauseCommand,
  releaseCommand,
  resumeCommand,
  retryCommand,
} from './commands/editions/steer.ts';
import { inboundCommand } from './commands/inbound/inbound.ts';
import { migrateCommand } from './commands/migrate.ts';
import { restoreCommand } from './commands/restore.ts';
import { explainCommand } from './commands/subscribers/explain.ts';
import { outcomesCommand } from './commands/subscribers/outcomes.ts';
import { subscribersCommand } from './commands/subscribers/subscribers.ts';
import { startCommand, webCommand } from './commands/web.ts';
import { workerCommand } from './commands/worker.ts';
import type { CliContext } from './context.ts';

/** Creates one commander command that runs with the given context. */
export type CommandFactory = (context: CliContext) => Command;

/** Every command, in the order of `--help`: daily work first. */
export const commands: readonly CommandFactory[] = [
  initCommand,
  inboxCommand,
  newCommand,
  composeCommand,
  lintCommand,
  previewCommand,
  diffCommand,
  catchCommand,
  approveCommand,
  scheduleCommand,
  unscheduleCommand,
  sendCommand,
  pauseCommand,
  resumeCommand,
  releaseCommand,
  retryCommand,
  cancelCommand,
  correctCommand,
  withdrawCommand,
  statusCommand,
  explainCommand,
  outcomesCommand,
  subscribersCommand,
  schemaCommand,
  dkimCommand,
  startCommand,
  webCommand,
  workerCommand,
  inboundCommand,
  migrateCommand,
  backupCommand,
  restoreCommand,
  copyDataCommand,
  demoCommand,
];
