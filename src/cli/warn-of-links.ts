import { hostReach } from '../domain/host-reach.ts';
import type { HostReach } from '../domain/host-reach.ts';
import { isLoopback } from '../domain/sending/relay.ts';
import type { CliContext } from './context.ts';

const whoOpens: Readonly<Record<Exclude<HostReach, 'world'>, string>> = {
  machine: 'only this machine',
  network: 'only machines in the same network',
};

/**
 * Warns if links keep readers out.
 *
 * @param links.what whose links, with their verb: "The links of the proof begin"
 */
export function warnOfLinks(
  context: CliContext,
  { what, baseUrl, hint }: { readonly what: string; readonly baseUrl: string; readonly hint: string },
): void {
  const reach = hostReach(new URL(baseUrl).hostname);
  if (reach !== 'world') context.warn(`${what} with ${baseUrl}, which ${whoOpens[reach]} can open. ${hint}`);
}

/** Warns if mail leaves this machine whose links begin with a BASE_URL that its readers cannot open. */
export async function warnOfLinksInMail(
  context: CliContext,
  { what, hint }: { readonly what: string; readonly hint: string },
): Promise<void> {
  const { web, relays } = await context.config();
  // A relay on this machine is a trial more often than not; approvals are checked in any case.
  if (relays.every(({ host }) => isLoopback(host))) return;
  warnOfLinks(context, { what, baseUrl: web.baseUrl, hint });
}
