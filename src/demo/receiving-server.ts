import type { CatcherBehaviour } from '../catcher/mail-catcher.ts';

/**
 * Treats some addresses as receiving servers do, by the beginning of the local part:
 *
 * - `gone.`: refused permanently, no such user
 * - `busy.`: refused temporarily, the first two times
 * - `cut.`: the connection is reset during the envelope, the first time
 * - `silent.`: the connection is closed after the message without a reply, the first time
 */
export function receivingServer(): Required<CatcherBehaviour> {
  const tries = new Map<string, number>();
  const count = (what: string): number => {
    const next = (tries.get(what) ?? 0) + 1;
    tries.set(what, next);
    return next;
  };
  return {
    recipient(address) {
      const attempt = count(`rcpt ${address}`);
      if (address.startsWith('gone.')) return { code: 550, text: '5.1.1 No such user here' };
      if (address.startsWith('busy.') && attempt <= 2) return { code: 451, text: '4.3.2 Busy, try again' };
      return address.startsWith('cut.') && attempt === 1 ? 'cut' : undefined;
    },
    isSilent: (address) => address.startsWith('silent.') && count(`data ${address}`) === 1,
  };
}
