import type { Measurement } from '../measure.ts';
import { findSmtpSource, smtpSourceMissing } from '../smtp-source.ts';
import { timeProgram } from '../time-program.ts';

/**
 * Postfix's `smtp-source -d`: a C program that sends one fixed message again and again, without a ledger. From Debian's
 * package postfix. Arguments: port, messages, sessions.
 */
const [port = '0', messages = '0', sessions = '0'] = process.argv.slice(2);
/** As large as a message of the sample edition. */
const messageOctets = '45800';
const program = findSmtpSource();
if (program === undefined) throw new Error(smtpSourceMissing);

const options = ['-d', '-s', sessions, '-m', messages, '-l', messageOctets, '-f', 'news@example.org'];
const target = ['-t', 'reader@example.org', `127.0.0.1:${port}`];
const measurement: Measurement = {
  messages: Number(messages),
  ...timeProgram([program, ...options, ...target]),
  peakMemory: 0,
};
console.log(JSON.stringify(measurement));
