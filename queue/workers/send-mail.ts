import type { Queue } from '../port.ts';

/** Each asks for one of the relays' sessions, beside the batches of an edition; they share commits. */
const concurrentMails = 16;

/** Registers the handler for transactional mails: each job runs one use case. */
export function processSendMail(queue: Queue, sendMail: (mailId: number) => Promise<void>): void {
  queue.process('send-mail', ({ mailId }) => sendMail(mailId), { concurrency: concurrentMails });
}
