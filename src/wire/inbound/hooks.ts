import { createHash } from 'node:crypto';

import { createCheckSns } from '../../app/inbound/check-sns.ts';
import { forgetHooks, processHooks } from '../../app/inbound/process-hooks.ts';
import { SnsCertificates } from '../../app/inbound/sns-certificates.ts';
import { createHookActions } from '../../app/inbound/take-hook.ts';
import type { SentMessage } from '../../app/ports/feedback.ts';
import type { HookActions } from '../../app/ports/hooks.ts';
import type { FetchPage } from '../../app/ports/inbox.ts';
import type { HookProvider } from '../../domain/inbound/hook.ts';
import { isSignedBySns, readSnsMessage } from '../../inbound/hooks/verify/sns.ts';
import type { WireBase } from '../base.ts';
import { openReportKeys } from './report-keys.ts';

/** Amazon's certificates and confirmations, by the only way to addresses that a stranger can choose. */
const fetchPage: FetchPage = async (url, request) =>
  (await import('../../fetch/safe-fetch.ts')).createSafeFetch({ maxBytes: 64 * 1024 })(url, request);

/** Builds what answers providers. */
export async function wireHookActions(base: WireBase): Promise<HookActions> {
  const { config, clock, log } = base;
  const { hookSecrets } = await base.secrets();
  const { hooks } = await base.store();
  const { verifyHook } = await import('../../inbound/hooks/verify/verify-hook.ts');
  const ports = {
    hooks,
    isSecret: (provider: HookProvider, text: string) => hookSecrets.isSecret(provider, text),
    verify: verifyHook,
    certificates: new SnsCertificates({ fetchPage, clock }),
    isSignedBySns,
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    clock,
    log,
  };
  return createHookActions(ports, config.inbound.hooks);
}

/** Builds what a worker does with the requests of providers. */
export async function wireHookWorker(base: WireBase) {
  const { config, clock, log } = base;
  const { messageIds } = await base.secrets();
  const { hooks, feedback } = await base.store();
  const keys = await openReportKeys(base);
  const topics = config.inbound.hooks.flatMap((one) => (one.provider === 'ses' ? one.keys : []));
  const checkSns = createCheckSns({
    read: (body) => readSnsMessage(body, topics),
    certificates: new SnsCertificates({ fetchPage, clock }),
    isSigned: isSignedBySns,
    fetchPage,
    clock,
    log,
  });
  const isMessageId = (text: string, { editionId, subscriberId, mailId }: SentMessage) => {
    const domain = text.slice(text.indexOf('@') + 1);
    const distinction = mailId === undefined ? {} : { distinction: `mail ${mailId}` };
    return messageIds({ editionId, subscriberId, domain, ...distinction }) === text;
  };
  const ports = {
    hooks,
    feedback,
    // Loaded with the first request: most workers get none.
    read: async (provider: HookProvider, body: Uint8Array) =>
      (await import('../../inbound/hooks/read-hook.ts')).readHook(provider, body, { keys }),
    checkSns,
    isMessageId,
    clock,
    log,
  };
  return {
    process: (options: { readonly signal: AbortSignal }) => processHooks(ports, options),
    forget: () => forgetHooks(ports),
  };
}

/** The URLs to register with providers, and what came there lately. */
export async function listHooks({ config, secrets, store }: WireBase) {
  const { hookSecrets } = await secrets();
  const summary = config.inbound.hooks.length === 0 ? [] : await (await store()).hooks.summary();
  return config.inbound.hooks.map(({ provider }) => {
    const known = summary.find((one) => one.provider === provider);
    return {
      provider,
      url: `${config.web.baseUrl}/hooks/${provider}/${hookSecrets.secretOf(provider)}`,
      lastAt: known?.lastAt ?? null,
      waiting: known?.waiting ?? 0,
    };
  });
}
