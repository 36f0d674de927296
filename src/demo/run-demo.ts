import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import type { ImportResult } from '../app/subscribers/import-subscribers.ts';
import { InboxServer } from '../catcher/inbox-server.ts';
import { MailCatcher } from '../catcher/mail-catcher.ts';
import type { CliContext } from '../cli/context.ts';
import { followEdition } from '../cli/follow-edition.ts';
import { terminalLog } from '../cli/output/log-lines.ts';
import { writeFiles } from '../cli/output/write-files.ts';
import { servePages } from '../cli/serve-pages.ts';
import { writeComposition } from '../cli/write-composition.ts';
import type { CompositionReport } from '../cli/write-composition.ts';
import type { Config } from '../config/config.ts';
import { packageRoot } from '../config/package-root.ts';
import { formatCounted } from '../domain/numbers.ts';
import type { Accounting, OutcomeCount, UncertainDelivery } from '../domain/sending/delivery.ts';
import type { Log } from '../log/log.ts';
import { createPinoLog } from '../log/pino-log.ts';
import { openServices } from '../wire/open-services.ts';
import type { Services } from '../wire/open-services.ts';
import { findFreePort } from './find-free-port.ts';
import { receivingServer } from './receiving-server.ts';
import { leavers, sampleSubscribers } from './sample-subscribers.ts';
import { ThrowAwayRedis } from './throw-away-redis.ts';

const slug = 'sample';
const reference = `${slug}/2026-11-23`;

/** Result of the demo. */
export interface DemoResult {
  readonly edition: string;
  readonly report: CompositionReport;
  readonly imported: ImportResult;
  readonly accounting: Accounting;
  /** Deliveries that were uncertain at least once. */
  readonly uncertain: readonly UncertainDelivery[];
  readonly outcomes: readonly OutcomeCount[];
  readonly caught: number;
  /** Folder of the composed files and one received message. */
  readonly folder: string;
}

/**
 * Runs the main job on sample data: compose, import, approve, send over SMTP to a mail catcher, account.
 * Everything except the composed files is in a temporary folder, so demos can run in parallel.
 *
 * @param show called with the result; with `keep`, the inbox stays open after it until the signal aborts
 */
export async function runDemo(
  context: CliContext,
  options: { readonly out: string; readonly keep: boolean; readonly redis: boolean },
  show: (result: DemoResult) => void,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'daybrief-demo-'));
  try {
    await using redis = options.redis ? await ThrowAwayRedis.start(home) : undefined;
    await using catcher = new MailCatcher(receivingServer());
    const relayPort = await catcher.listen();
    // The port is fixed unless the pages stay up, so that two demos compose the same bytes.
    const pagesPort = options.keep ? await findFreePort() : 8080;
    const config = demoConfig(await context.config(), { home, relayPort, pagesPort, redisUrl: redis?.url });
    if (redis !== undefined) context.note(`Started a Redis for this demo at ${redis.url}.`);
    // The demo prints its own progress, so the log shows only warnings.
    const log = createPinoLog({ level: 'warn' }, terminalLog(context.io.stderr));
    const out = resolve(context.io.cwd, options.out);
    {
      await using services = await openServices(config, log);
      show(await playThrough(context, services, { catcher, out }));
    }
    if (options.keep) await keepOpen(context, { catcher, config, log });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Serves the inbox and the pages until the signal aborts. */
async function keepOpen(
  context: CliContext,
  demo: { readonly catcher: MailCatcher; readonly config: Config; readonly log: Log },
): Promise<void> {
  const { catcher, config, log } = demo;
  const pages = config.web.baseUrl;
  await using inbox = new InboxServer({ catcher, imagesFolder: join(config.home, 'images') });
  await using services = await openServices(config, log);
  const inboxUrl = await inbox.listen();
  context.note(`The inbox is open at ${inboxUrl} until you press Ctrl-C.`);
  context.note(`Sign up at ${pages}/p/${slug}, and the confirmation email arrives in the inbox.`);
  await servePages(context, services, { config, log, worker: true });
}

async function playThrough(
  context: CliContext,
  services: Services,
  demo: { readonly catcher: MailCatcher; readonly out: string },
): Promise<DemoResult> {
  const { catcher } = demo;
  const composition = await services.compose(reference);
  const { folder, report } = await writeComposition(composition, services.sample(composition), demo);
  context.note(`Composed ${reference} into ${relative(context.io.cwd, folder)}.`);

  const subscribers = await services.subscribers();
  const source = async function* () {
    yield Buffer.from(sampleSubscribers());
  };
  const imported = await subscribers.import({ publication: slug, source });
  context.note(
    `Imported ${formatCounted(imported.added, 'subscriber')}, refused ${formatCounted(imported.rejected, 'row')}.`,
  );

  const approval = await services.approve(reference, {
    expectedHash: composition.contentHash,
  });
  const { revision } = approval as Extract<typeof approval, { revision: number }>;
  context.note(`Approved revision ${revision}: ${composition.contentHash.slice(0, 16)}...`);

  const { edition } = await services.send(reference, { actor: services.actor, asApproved: false });
  context.note(`Published to ${formatCounted(edition.intended, 'subscriber')}.`);
  for (const email of leavers) await subscribers.set({ publication: slug, email, state: 'unsubscribed' });
  context.note(`${leavers.length} of them unsubscribe before their delivery. Sending ...`);

  const { accounting, uncertain } = await followEdition(context, services, edition);
  const outcomes = await services.outcomes({ slug, editions: 1 });
  const [first] = catcher.messages;
  if (first !== undefined) await writeFiles(folder, { 'received.eml': first.raw });
  const caught = catcher.count;
  return { edition: reference, report, imported, accounting, uncertain, outcomes, caught, folder };
}

/** Ignores the user's settings, so that the demo never touches their data or relay. */
function demoConfig(
  config: Config,
  demo: {
    readonly home: string;
    readonly relayPort: number;
    readonly pagesPort: number;
    readonly redisUrl: string | undefined;
  },
): Config {
  const { relayPort, pagesPort, redisUrl } = demo;
  const relay = { name: `127.0.0.1:${relayPort}`, host: '127.0.0.1', port: relayPort };
  const { redisUrl: _theirs, ...own } = config;
  return {
    ...own,
    ...(redisUrl === undefined ? {} : { redisUrl }),
    home: demo.home,
    digests: join(packageRoot, 'digests'),
    templates: join(packageRoot, 'templates'),
    secrets: [],
    database: { kind: 'sqlite', path: join(demo.home, 'daybrief.db') },
    relays: [{ ...relay, secure: false, sessions: 10, messages: 100, weight: 1 }],
    // The demo retries without delay.
    delivery: { leaseMs: 15_000, retryBaseMs: 200, providerPacing: 'off' },
    signup: { ...config.signup, checkMx: false },
    web: {
      baseUrl: `http://localhost:${pagesPort}`,
      host: '127.0.0.1',
      port: pagesPort,
      trustedProxies: [],
    },
  };
}
