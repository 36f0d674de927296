import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { SeedMailbox } from '../../domain/sending/seeds/seed.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';

type MailboxPorts = Pick<DoctorPorts, 'seedFolders' | 'inboundMailboxes'>;

/** Whether each seed of a publication can be logged in to, and has the folders in which editions are expected. */
export function seedChecks({ canary }: Publication, ports: MailboxPorts): readonly Check[] {
  return (canary?.seeds?.mailboxes ?? []).map((mailbox) => ({
    id: 'seed',
    about: mailbox.address,
    run: async (signal) => [await checkSeed(mailbox, ports, signal)],
  }));
}

async function checkSeed(mailbox: SeedMailbox, ports: MailboxPorts, signal: AbortSignal): Promise<Finding> {
  const { ok, error } = findingsOf('seed', mailbox.address);
  const place = `${mailbox.imap.host}:${mailbox.imap.port}`;
  try {
    const folders = await ports.seedFolders(mailbox, signal);
    const has = (name: string) => folders.some((folder) => folder.toLowerCase() === name.toLowerCase());
    const missing = mailbox.folders.find((name) => !has(name));
    if (missing === undefined) return ok(`The seed ${mailbox.address} can be read at ${place}.`);
    return error(`The seed ${mailbox.address} has no folder ${missing}.`, {
      fix: `Correct \`folders\` in publication.yaml: it has ${folders.slice(0, 10).join(', ')}.`,
    });
  } catch (failure) {
    const why = (failure as Error).message.replace(/\.$/u, '');
    if (failure instanceof AppError && failure.hint !== undefined)
      return error(`Editions would halt: ${why}.`, { fix: failure.hint });
    return error(`The seed ${mailbox.address} cannot be read at ${place}, so editions would halt: ${why}.`, {
      fix: 'Correct `canary.seeds` in publication.yaml, or the password that it names; some providers want a password made for programs.',
    });
  }
}

/** The mailboxes that reports are read from: that they can be opened, and their messages moved. */
export function inboundMailboxChecks(ports: MailboxPorts): readonly Check[] {
  return ports.inboundMailboxes.map(({ place, fix, open }) => ({
    id: 'inbound-mailbox',
    about: place,
    run: async (signal) => {
      const { ok, error } = findingsOf('inbound-mailbox', place);
      const why = await open(signal).catch((failure: unknown) => (failure as Error).message);
      if (why === undefined) return [ok(`Reports are read from ${place}.`)];
      return [error(`Reports cannot be read from ${place}: ${why.replace(/\.$/u, '')}.`, { fix })];
    },
  }));
}
