import type { MessageMaker } from '../../app/ports/messages.ts';
import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import type { SignMessage } from '../dkim/dkim-signer.ts';
import { signOutgoing } from '../dkim/dkim-signer.ts';
import { prepareMessage } from './prepare-message.ts';
import { createRecipientValues } from './recipient-values.ts';
import type { RecipientValuesOptions } from './recipient-values.ts';
import { messageSize, spliceMessage } from './splice-message.ts';
import type { MakeTraceFields } from './trace-fields.ts';

export interface MessageMakerOptions extends RecipientValuesOptions {
  /** Absent where the publication has no DKIM keys. */
  readonly sign?: SignMessage | undefined;
  /** Absent where no provider needs them. */
  readonly traces?: MakeTraceFields | undefined;
}

/**
 * Makes each recipient's exact bytes out of one compiled message: everything that is the same for all is
 * encoded here, once.
 */
export function createMessageMaker(compiled: CompiledMessage, options: MessageMakerOptions): MessageMaker {
  const prepared = prepareMessage(compiled);
  const valuesFor = createRecipientValues(options);
  return (recipient) => {
    const now = new Date(recipient.now);
    const { values, envelopeFrom } = valuesFor({ ...recipient, now });
    const spliced = spliceMessage(prepared, values);
    const { traces } = options;
    const message = traces === undefined ? spliced : [traces(envelopeFrom), ...spliced];
    const outgoing = { from: envelopeFrom, to: recipient.address, message, sizeBytes: messageSize(message) };
    return options.sign === undefined ? outgoing : signOutgoing(outgoing, options.sign, now);
  };
}
