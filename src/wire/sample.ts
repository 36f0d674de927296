import type { ScorableMessage } from '../app/editions/lint-edition.ts';
import { sendTime } from '../app/schedule/zones.ts';
import { sampleMessage } from '../delivery/message/sample-message.ts';

/** Makes the message as a sample recipient gets it. */
export function sampleOf({ message, rendered, publication, digest, baseUrl }: ScorableMessage) {
  return sampleMessage({
    message,
    html: rendered.html,
    text: rendered.text,
    slug: publication.slug,
    date: digest.date,
    baseUrl,
    bounceDomain: publication.bounceDomain,
    sentAt: sendTime(digest.date, publication),
  });
}
