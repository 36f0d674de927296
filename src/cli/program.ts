import { Command, Option } from 'commander';
import type { CommanderError } from 'commander';

import { packageVersion } from '../config/package-root.ts';
import { AppError } from '../errors/app-error.ts';
import type { CommandFactory } from './commands.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { helpEpilogue } from './help.ts';
import { maxWidth } from './output/table.ts';
import { remoteCommandNames, requireRemoteCommand } from './remote-commands.ts';

/**
 * Builds the command tree for one context. Parsing an invalid command line throws AppError
 * USAGE_INVALID; printing help or the version throws a CommanderError with exit code 0.
 */
export function createProgram(context: CliContext, commands: readonly CommandFactory[]): Command {
  const program = new Command('daybrief')
    .description('A morning newsletter, from a Markdown digest to every subscriber, with a record of each.')
    .usage('[options] <command>')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help; also after a command')
    .helpCommand('help [command]', 'show help for a command')
    .option('--json', 'print the result as one JSON object on stdout')
    .option('--home <folder>', 'database and secret (DAYBRIEF_HOME)')
    .option('--digests <folder>', 'publications and digests (DAYBRIEF_DIGESTS)')
    .option('--templates <folder>', 'templates (DAYBRIEF_TEMPLATES)')
    .addOption(
      new Option('--log-level <level>', 'log level on stderr (LOG_LEVEL)').choices([
        'debug',
        'info',
        'warn',
        'error',
        'silent',
      ]),
    )
    .option('--remote <url>', `run the command against the API of another machine (${remoteCommandNames})`)
    .addHelpText('after', helpEpilogue)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void context.io.stdout.write(text),
      // Errors are thrown too and reported in one place; this writes only help shown after a usage error.
      writeErr: (text) => void context.io.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => maxWidth,
      getErrHelpWidth: () => maxWidth,
    })
    .hook('preAction', (_program, command) => {
      context.setGlobals(program.opts<GlobalOptions>());
      if (context.isRemote) requireRemoteCommand(command);
    });
  for (const create of commands) program.addCommand(create(context));
  adopt(program);
  return program;
}

/** Copies settings to subcommands: commander does not do that for commands created on their own. */
function adopt(command: Command): void {
  command.exitOverride((error) => {
    throw toUsageError(error, command);
  });
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    adopt(child);
  }
}

function toUsageError(error: CommanderError, command: Command): Error {
  if (error.exitCode === 0) return error;
  const path = commandPath(command);
  const help = `Run \`${path} --help\` to see what is possible.`;
  if (error.code === 'commander.help') {
    return new AppError('USAGE_INVALID', `\`${path}\` needs to know which of its commands to run.`);
  }
  const [sentence = '', suggestion] = error.message.replace(/^error: /u, '').split('\n(Did you mean ');
  const didYouMean = suggestion === undefined ? '' : `Did you mean ${suggestion.replace(/\?\)$/u, '')}? `;
  return new AppError('USAGE_INVALID', toSentence(sentence), { hint: `${didYouMean}${help}` });
}

function commandPath(command: Command): string {
  const parent = command.parent;
  return parent === null ? command.name() : `${commandPath(parent)} ${command.name()}`;
}

function toSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
