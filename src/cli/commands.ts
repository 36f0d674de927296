import type { Command } from 'commander';

import type { CliContext } from './context.ts';

/** Creates one commander command that runs with the given context. */
export type CommandFactory = (context: CliContext) => Command;

/** Every command by its name, in the order of `--help`: daily work first. */
const loaders: Readonly<Record<string, () => Promise<CommandFactory>>> = {
  init: async () => (await import('./commands/digests/init.ts')).initCommand,
  inbox: async () => (await import('./commands/digests/inbox.ts')).inboxCommand,
  new: async () => (await import('./commands/digests/new.ts')).newCommand,
  compose: async () => (await import('./commands/digests/compose.ts')).composeCommand,
  lint: async () => (await import('./commands/digests/lint.ts')).lintCommand,
  preview: async () => (await import('./commands/digests/preview.ts')).previewCommand,
  diff: async () => (await import('./commands/digests/diff.ts')).diffCommand,
  catch: async () => (await import('./commands/catch.ts')).catchCommand,
  approve: async () => (await import('./commands/editions/approve.ts')).approveCommand,
  schedule: async () => (await import('./commands/editions/schedule.ts')).scheduleCommand,
  unschedule: async () => (await import('./commands/editions/schedule.ts')).unscheduleCommand,
  send: async () => (await import('./commands/editions/send.ts')).sendCommand,
  pause: async () => (await import('./commands/editions/steer.ts')).pauseCommand,
  resume: async () => (await import('./commands/editions/steer.ts')).resumeCommand,
  release: async () => (await import('./commands/editions/steer.ts')).releaseCommand,
  retry: async () => (await import('./commands/editions/steer.ts')).retryCommand,
  cancel: async () => (await import('./commands/editions/steer.ts')).cancelCommand,
  correct: async () => (await import('./commands/editions/change-page.ts')).correctCommand,
  withdraw: async () => (await import('./commands/editions/change-page.ts')).withdrawCommand,
  status: async () => (await import('./commands/editions/status.ts')).statusCommand,
  canary: async () => (await import('./commands/editions/canary.ts')).canaryCommand,
  explain: async () => (await import('./commands/subscribers/explain.ts')).explainCommand,
  outcomes: async () => (await import('./commands/subscribers/outcomes.ts')).outcomesCommand,
  subscribers: async () => (await import('./commands/subscribers/subscribers.ts')).subscribersCommand,
  events: async () => (await import('./commands/events.ts')).eventsCommand,
  users: async () => (await import('./commands/accounts/users.ts')).usersCommand,
  tokens: async () => (await import('./commands/accounts/tokens.ts')).tokensCommand,
  audit: async () => (await import('./commands/accounts/audit.ts')).auditCommand,
  schema: async () => (await import('./commands/digests/schema.ts')).schemaCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  dkim: async () => (await import('./commands/dkim.ts')).dkimCommand,
  start: async () => (await import('./commands/web.ts')).startCommand,
  web: async () => (await import('./commands/web.ts')).webCommand,
  worker: async () => (await import('./commands/worker.ts')).workerCommand,
  inbound: async () => (await import('./commands/inbound/inbound.ts')).inboundCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  restore: async () => (await import('./commands/restore.ts')).restoreCommand,
  'copy-data': async () => (await import('./commands/copy-data.ts')).copyDataCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
};

/** Global options that are followed by a value; see `createProgram`. */
const withValue = new Set(['--home', '--digests', '--templates', '--log-level', '--remote']);

/**
 * Loads the command that a command line names: half of the time of a short command is spent on loading modules.
 * Loads all commands if it names none, for help and suggestions.
 *
 * @param argv what follows the program's name
 */
export async function loadCommands(argv: readonly string[]): Promise<readonly CommandFactory[]> {
  const name = argv.find((word, index) => !word.startsWith('-') && !withValue.has(argv[index - 1] ?? ''));
  const load = name !== undefined && Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  return Promise.all(load === undefined ? Object.values(loaders).map((each) => each()) : [load()]);
}
