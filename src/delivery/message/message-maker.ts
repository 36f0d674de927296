import type { CompiledMessage } from '../../domain/message/compiled-message.ts';
import { prepareMessage } from './prepare-message.ts';
import { createRecipientValues } from './recipient-values.ts';
import type { RecipientValuesOptions } from './recipient-values.ts';
import { messageSize, spliceMessage } from './splice-message.ts';

/**
 * Makes each recipient's exact bytes out of one compiled message: everything that is the same for all is
 * encoded here, once. Satisfies the port `MessageMaker` of `src/app/ports/editions.ts`.
 */
export function createMessageMaker(compiled: CompiledMessage, options: RecipientValuesOptions) {
  const prepared = prepareMessage(compiled);
  const valuesFor = createRecipientValues(options);
  return (recipient: {
    readonly subscriberId: number;
    readonly address: string;
    readonly name: string;
    readonly now: number;
  }) => {
    const { values, envelopeFrom } = valuesFor({ ...recipient, now: new Date(recipient.now) });
    const message = spliceMessage(prepared, values);
    return { from: envelopeFrom, to: recipient.address, message, sizeBytes: messageSize(message) };
  };
}
