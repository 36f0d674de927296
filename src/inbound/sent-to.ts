import { sentTo } from './identify.ts';
import { openMessage } from './parts/open-message.ts';

/** The addresses that a message was sent to, as servers note them in its header, the most trustworthy first. */
export function readSentTo(raw: Uint8Array): readonly string[] {
  return sentTo(openMessage(raw).headers);
}
