import type { Command } from 'commander';

import { approveCommand } from './commands/approve.ts';
import { backupCommand } from './commands/backup.ts';
import { correctCommand, withdrawCommand } from './commands/change-page.ts';
import { composeCommand } from './commands/compose.ts';
import { copyDataCommand } from './commands/copy-data.ts';
import { demoCommand } from './commands/demo.ts';
import { diffCommand } from './commands/diff.ts';
import { dkimCommand } from './commands/dkim.ts';
import { explainCommand } from './commands/explain.ts';
import { inboxCommand } from './commands/inbox.ts';
import { lintCommand } from './commands/lint.ts';
import { migrateCommand } from './commands/migrate.ts';
import { newCommand } from './commands/new.ts';
import { outcomesCommand } from './commands/outcomes.ts';
import { previewCommand } from './commands/preview.ts';
import { restoreCommand } from './commands/restore.ts';
import { scheduleCommand, unscheduleCommand } from './commands/schedule.ts';
import { schemaCommand } from './commands/schema.ts';
import { sendCommand } from './commands/send.ts';
import { statusCommand } from './commands/status.ts';
import {
  cancelCommand,
  pauseCommand,
  releaseCommand,
  resumeCommand,
  retryCommand,
} from './commands/steer.ts';
import { subscribersCommand } from './commands/subscribers.ts';
import { startCommand, webCommand } from './commands/web.ts';
import { workerCommand } from './commands/worker.ts';
import type { CliContext } from './context.ts';

/** Creates one commander command that runs with the given context. */
export type CommandFactory = (context: CliContext) => Command;

/** Every command, in the order of `--help`: daily work first. */
export const commands: readonly CommandFactory[] = [
  inboxCommand,
  newCommand,
  composeCommand,
  lintCommand,
  previewCommand,
  diffCommand,
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
  migrateCommand,
  backupCommand,
  restoreCommand,
  copyDataCommand,
  demoCommand,
];
