import type { Command } from 'commander';

import type { CliContext } from './context.ts';

/** A command as a value: makes its commander command around the context it will run with. */
export type CommandFactory = (context: CliContext) => Command;

/** Every command, in the order of `--help`. */
export const commands: readonly CommandFactory[] = [];
