import { spawnSync } from 'node:child_process';

/**
 * Runs a program to its end, with bash's `time` for its CPU: user and system seconds of all its threads.
 *
 * @throws if it fails
 */
export function timeProgram(
  command: readonly string[],
  { cwd, env = process.env }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): { readonly seconds: number; readonly cpuSeconds: number } {
  const startedAt = performance.now();
  const { stderr, status } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...command],
    { encoding: 'utf8', cwd, env },
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const [, user, system] = /^cpu (\S+) (\S+)$/mu.exec(stderr) ?? [];
  if (status !== 0 || user === undefined)
    throw new Error(`${command.join(' ')}: status ${status}: ${stderr}`);
  return { seconds, cpuSeconds: Number(user) + Number(system) };
}
