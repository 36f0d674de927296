import type { MessageMaker } from '../../app/ports/messages.ts';
import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import { prepareMessage } from './prepare-message.ts';
import { createRecipientValues } from './recipient-values.ts';
import type { RecipientValuesOptions } from './recipient-values.ts';
import { messageSize, spliceMessage } from './splice-message.ts';

/**
 * Makes each recipient's exact bytes out of one compiled message: everything that is the same for all is
 * encoded here, once.
 */
export function createMessageMaker(compiled: CompiledMessage, options: RecipientValuesOptions): MessageMaker {
  const prepared = prepareMessage(compiled);
  const valuesFor = createRecipientValues(options);
  return (recipient) => {
    const { values, envelopeFrom } = valuesFor({ ...recipient, now: new Date(recipient.now) });
    const message = spliceMessage(prepared, values);
    return { from: envelopeFrom, to: recipient.address, message, sizeBytes: messageSize(message) };
  };
}
