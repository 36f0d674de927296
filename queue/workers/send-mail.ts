import type { Queue } from '../port.ts';

/** Each asks for one of the relays' sessions, beside the batches of an edition; they share commits. */
const concurrentMails = 16;

/** Lets this process send mail to single people: each job calls one verb. */
export function processSendMail(queue: Queue, sendMail: (mailId: number) => Promise<void>): void {
  queue.process('send-mail', ({ mailId }) => sendMail(mailId), { concurrency: concurrentMails });
}
