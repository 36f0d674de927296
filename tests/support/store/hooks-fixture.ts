import { createHash } from 'node:crypto';

import { processHooks } from '../../../src/app/inbound/process-hooks.ts';
import type { ProcessHooksPorts } from '../../../src/app/inbound/process-hooks.ts';
import type { HookProvider } from '../../../src/domain/inbound/hook.ts';
import { readHook } from '../../../src/inbound/hooks/read-hook.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';
import { createHooks } from '../../../src/store/feedback/hooks.ts';
import { RecordingLog } from '../recording-log.ts';
import { FeedbackFixture } from './feedback-fixture.ts';

const { verp, messageIds, tokens } = createSecrets(['a secret of tests that nobody else uses']);
const domain = 'letter.example.org';

/** An edition that six subscribers got, and providers that post about it. */
export class HooksFixture implements AsyncDisposable {
  readonly start = Date.parse('2026-11-27T06:00:00Z');
  now = this.start;
  readonly fixture: FeedbackFixture;
  readonly hooks;
  readonly editionId: number;
  readonly log = new RecordingLog();

  private constructor(fixture: FeedbackFixture, editionId: number) {
    this.fixture = fixture;
    this.hooks = createHooks(fixture.store.db);
    this.editionId = editionId;
  }

  static async create(): Promise<HooksFixture> {
    const fixture = await FeedbackFixture.create(6);
    return new HooksFixture(fixture, await fixture.sent('2026-11-26'));
  }

  /** The envelope sender of a subscriber's message. */
  from(subscriberId: number): string {
    const { editionId, start } = this;
    return verp.address({ editionId, subscriberId, domain, now: new Date(start) });
  }

  messageId(subscriberId: number): string {
    return messageIds({ editionId: this.editionId, subscriberId, domain });
  }

  post(provider: HookProvider, body: unknown): Promise<'stored' | 'repeated'> {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const fingerprint = createHash('sha256').update(provider).update(bytes).digest('hex');
    return this.hooks.add({ provider, fingerprint, body: bytes }, { now: this.now });
  }

  ports(changes: Partial<ProcessHooksPorts> = {}): ProcessHooksPorts {
    const keys = {
      delivery: (address: string) => verp.parse(address, new Date(this.now)),
      link: (token: string) => tokens.verify('unsubscribe', token),
    };
    return {
      hooks: this.hooks,
      feedback: this.fixture.feedback,
      read: async (provider, body) => readHook(provider, body, { keys }),
      checkSns: async () => true,
      isMessageId: (text, { mailId, ...ids }) =>
        mailId === undefined && messageIds({ ...ids, domain }) === text,
      clock: () => this.now,
      log: this.log,
      ...changes,
    };
  }

  work(changes: Partial<ProcessHooksPorts> = {}): Promise<void> {
    return processHooks(this.ports(changes), { signal: new AbortController().signal });
  }

  async waiting(): Promise<number> {
    return (await this.hooks.backlog()).requests;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fixture[Symbol.asyncDispose]();
  }
}
