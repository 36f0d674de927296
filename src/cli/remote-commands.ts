import type { Command } from 'commander';

import { AppError } from '../errors/app-error.ts';

/** Commands that `--remote` can run, and their options that need this machine. */
const remoteCommands: Readonly<Record<string, readonly string[]>> = {
  status: ['failed', 'deferred', 'uncertain', 'suppressed', 'csv'],
  approve: [],
  schedule: [],
  send: ['toMe', 'to', 'dryRun'],
  unschedule: [],
  release: [],
  pause: [],
  resume: [],
  retry: [],
  cancel: [],
  outcomes: [],
  'subscribers unsubscribe': ['file'],
  'subscribers suppress': ['file'],
  'subscribers unsuppress': ['file'],
};

/** For `--help`. */
export const remoteCommandNames = Object.keys(remoteCommands).join(', ');

/** Throws AppError USAGE_INVALID for a command, or an option of one, that `--remote` cannot run. */
export function requireRemoteCommand(command: Command): void {
  const path = pathOf(command);
  const locals = Object.hasOwn(remoteCommands, path) ? remoteCommands[path] : undefined;
  if (locals === undefined) {
    throw new AppError('USAGE_INVALID', `\`${path}\` cannot be run with --remote.`, {
      hint: `Run it on the other machine. With --remote there are: ${remoteCommandNames}.`,
    });
  }
  const given = locals.find((name) => command.getOptionValue(name) !== undefined);
  if (given === undefined) return;
  throw new AppError('USAGE_INVALID', `\`${path} --${optionName(given)}\` cannot be run with --remote.`, {
    hint: 'Run it on the other machine, or leave the option away.',
  });
}

/** `toMe` is `to-me` on the command line. */
function optionName(name: string): string {
  return name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}

function pathOf(command: Command): string {
  const { parent } = command;
  if (parent === null) return '';
  return [pathOf(parent), command.name()].filter((part) => part !== '').join(' ');
}
