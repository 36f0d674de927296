import { availableParallelism } from 'node:os';

import { Command, InvalidArgumentError, Option } from 'commander';

import type { Config } from '../../config/config.ts';
import { maxProcesses, shareRelays } from '../../config/share-relays.ts';
import type { ProcessShare } from '../../config/share-relays.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from './whole-number.ts';

interface WorkerFlags {
  readonly processes?: number;
  readonly process?: ProcessShare;
}

const readyNote = 'Ctrl-C stops it after the messages in flight are settled.';
const stoppedNote = 'The worker has stopped; nothing is in flight.';

/** `worker`: sends scheduled editions and works on all batches and mails until it gets a signal. */
export function workerCommand(context: CliContext): Command {
  return new Command('worker')
    .description('send scheduled editions and deliver everything due, until Ctrl-C or SIGTERM')
    .option(
      '--processes <number>',
      'how many processes share the work and the sessions of each relay (default: with PostgreSQL one less than there are cores, at most 4; with SQLite 1)',
      wholeNumber({ min: 1, max: 64 }),
    )
    .addOption(new Option('--process <share>').argParser(readShare).hideHelp())
    .action(async (flags: WorkerFlags) => {
      // Reading `signal` before the first message ensures that SIGTERM is handled from here on.
      void context.signal;
      if (flags.process !== undefined) {
        await runProcess(context, flags.process);
        return;
      }
      const config = await context.config();
      const asked = flags.processes ?? config.workerProcesses;
      const possible = maxProcesses(config.relays);
      const count = Math.min(asked ?? defaultProcesses(config), possible);
      if (asked !== undefined && asked > count)
        context.warn(
          `SMTP_URL allows ${possible} sessions, so the worker runs ${count} of ${asked} processes.`,
        );
      await (count === 1 ? runAlone(context) : runProcesses(context, count));
    });
}

/** SQLite has one writer: further processes wait for it, and were 0.7 to 1.3 times as fast as one. */
function defaultProcesses({ database }: Config): number {
  if (database.kind === 'sqlite') return 1;
  return Math.min(Math.max(availableParallelism() - 1, 1), 4);
}

/** The only process of a worker. */
async function runAlone(context: CliContext): Promise<void> {
  const { signal } = context;
  const services = await context.openServices();
  const { runWorker } = await import('../../../queue/main.ts');
  await services.queue.check();
  await using _metrics = await serveMetrics(context, () => services.isWorking());
  const onReady = () => context.note(`The worker is ready. ${readyNote}`);
  await runWorker(services, { signal, schedule: true, onReady });
  context.note(stoppedNote);
}

/** The process that starts the others and works on nothing itself. */
async function runProcesses(context: CliContext, count: number): Promise<void> {
  const { WorkerSupervisor } = await import('../processes/worker-supervisor.ts');
  const supervisor = new WorkerSupervisor({
    of: count,
    cwd: context.io.cwd,
    env: context.childEnv,
    signal: context.signal,
    log: await context.log(),
    onReady: () => context.note(`The worker is ready, with ${count} processes. ${readyNote}`),
  });
  await using _metrics = await serveMetrics(context, () => supervisor.isWorking);
  context.exitStatus = await supervisor.run();
  if (context.exitStatus === 0) context.note(stoppedNote);
}

/** One of several processes. */
async function runProcess(context: CliContext, share: ProcessShare): Promise<void> {
  const { ParentLink } = await import('../processes/parent-link.ts');
  using parent = new ParentLink();
  context.adjustConfig((config) => ({
    ...config,
    relays: shareRelays(config.relays, share, { sharesRates: config.redisUrl !== undefined }),
  }));
  const services = await context.openServices();
  const { runWorker } = await import('../../../queue/main.ts');
  await services.queue.check();
  const signal = AbortSignal.any([context.signal, parent.signal]);
  const onReady = () => parent.ready(() => services.isWorking());
  await runWorker(services, { signal, schedule: true, onReady });
}

/** Listens on METRICS_PORT; undefined without it. */
async function serveMetrics(
  context: CliContext,
  isHealthy: () => boolean,
): Promise<AsyncDisposable | undefined> {
  const { web } = await context.config();
  if (web.metricsPort === undefined) return undefined;
  const [{ MetricsServer }, services] = await Promise.all([
    import('../../web/metrics-server.ts'),
    context.openServices(),
  ]);
  const server = new MetricsServer(await services.metricsSource(), {
    host: web.host,
    port: web.metricsPort,
    adminPassword: web.adminPassword,
    isHealthy,
    log: await context.log(),
  });
  context.note(`Health and metrics are served at ${await server.listen()}.`);
  return { [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Reads `2/3`, the second of three. */
function readShare(text: string): ProcessShare {
  const [, number = '', of = ''] = /^([1-9]\d?)\/([1-9]\d?)$/u.exec(text) ?? [];
  if (number === '' || Number(number) > Number(of)) throw new InvalidArgumentError('It must be such as 2/3.');
  return { index: Number(number) - 1, of: Number(of) };
}
