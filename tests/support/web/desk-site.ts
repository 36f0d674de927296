import { digest } from '../program/program-harness.ts';
import { LiveSite } from './live-site.ts';

export const deskPassword = 'correct horse battery staple';

/** Somebody with a browser: keeps cookies, and sends forms as their page has them. */
export class DeskVisitor {
  readonly cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.send(path, { headers: { accept: 'text/html', ...headers } });
  }

  /** @param page where the form's token is read, unless the fields name one */
  async post(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    options: { readonly page?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    const token = fields['form-token'] ?? (await this.formToken(options.page ?? '/desk/sign-in'));
    const headers = { accept: 'text/html', origin: 'https://news.example.org', ...options.headers };
    const body = new URLSearchParams({ ...fields, 'form-token': token });
    return this.send(path, { method: 'POST', body, headers });
  }

  async formToken(page: string): Promise<string> {
    const response = await this.get(page);
    const body = await response.text();
    const found = /name="form-token" value="([^"]+)"/u.exec(body)?.[1];
    if (found !== undefined) return found;
    // Whoever is signed in is led away from the sign-in page.
    if (page !== '/desk/sign-in') return '';
    return /name="form-token" value="([^"]+)"/u.exec(await (await this.get('/desk')).text())?.[1] ?? '';
  }

  async signIn(email: string, password: string = deskPassword): Promise<Response> {
    return this.post('/desk/sign-in', { email, password });
  }

  async send(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(`${this.#url}${path}`, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

/** Today's date in UTC, which is the zone of the publication `letter`. */
export const today = new Date().toISOString().slice(0, 10);
export const todaysEdition = `letter/${today}`;

/** The pages over everything real, with accounts. */
export class DeskSite implements AsyncDisposable {
  readonly live: LiveSite;

  private constructor(live: LiveSite) {
    this.live = live;
  }

  static async open(env: Readonly<Record<string, string>> = {}): Promise<DeskSite> {
    const site = new DeskSite(await LiveSite.open(env));
    site.live.harness.write(`digests/letter/${today}.md`, digest({ date: today }));
    return site;
  }

  visitor(): DeskVisitor {
    return new DeskVisitor(this.live.url);
  }

  async addUser(email: string, ...roles: readonly string[]): Promise<void> {
    const users = await this.live.services.users();
    await users.add({ email, name: '', roles, password: async () => deskPassword });
  }

  /** A visitor who is signed in under a role: `operator`, `approver:letter`. */
  async visitorAs(role: string): Promise<DeskVisitor> {
    const email = `${role.replace(':', '-')}@example.org`;
    await this.addUser(email, role);
    const visitor = this.visitor();
    await visitor.signIn(email);
    return visitor;
  }

  /** Approves today's edition for `reader1@example.org` and so on. */
  async approve(recipients: number): Promise<void> {
    for (let number = 1; number <= recipients; number += 1)
      await this.live.subscribe(`reader${number}@example.org`);
    await this.live.services.approve(todaysEdition, { now: true });
  }

  /** Publishes it. No worker runs, so that it stays as it is: the first are accepted, and some fail as `reply` says. */
  async publish(
    recipients: number,
    failed: readonly { readonly reason: string; readonly reply: string; readonly isAddress?: boolean }[] = [],
  ): Promise<void> {
    await this.approve(recipients);
    await this.live.services.send(todaysEdition, { actor: 'test', asApproved: true });
    const { harness } = this.live;
    const [edition] = harness.query<{ id: number }>(`select id from editions where date = ?`, today);
    const subscribers = harness.query<{ id: number }>(`select id from subscribers order by id`);
    for (const [index, { id }] of subscribers.slice(0, recipients - 1).entries()) {
      const why = failed[index];
      harness.tamper(
        `insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, outcome, reason, reply_code, reply_text, changed_at)
         values (?, ?, ?, 1, 1, 1, 0, ?, ?, ?, ?, ?)`,
        edition?.id,
        id,
        why === undefined ? 'accepted' : 'failed',
        why === undefined ? 'thank-you' : why.isAddress === true ? 'valid-email' : 'subscription-failed',
        why?.reason ?? 'accepted',
        why === undefined ? 250 : 550,
        why?.reply ?? '2.0.0 Ok',
        Date.now(),
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.live[Symbol.asyncDispose]();
  }
}
