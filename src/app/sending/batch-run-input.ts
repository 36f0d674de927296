import type { Claim, Recipient } from '../../domain/sending/ledger.ts';
import type { StopAlarm } from '../ports/editions.ts';
import type { MessageMaker } from '../ports/messages.ts';
import type { DeliverBatchOptions, DeliverBatchPorts } from './deliver-batch-ports.ts';

export interface BatchRunInput {
  readonly claim: Claim;
  readonly recipients: readonly Recipient[];
  /** After this a delivery to the recipient is neither begun nor retried. */
  readonly expiresAt: (recipient: Recipient) => number;
  readonly makeMessage: MessageMaker;
  readonly ports: DeliverBatchPorts;
  readonly options: DeliverBatchOptions;
}

export interface EditionStop {
  readonly alarm: StopAlarm;
  readonly reason: string;
  /** Recipients of a series of refusals, which are due again when the edition is resumed. */
  readonly refused?: readonly number[];
}
