import type { EarlyEdition } from '../app/editions/examine-digest.ts';
import type { ScorableMessage } from '../app/editions/lint-edition.ts';
import { sendTime } from '../app/schedule/zones.ts';
import { sampleHtml, sampleMessage } from '../delivery/message/sample-message.ts';

/** Makes the message as a sample recipient gets it. */
export function sampleOf({ message, rendered, ...edition }: ScorableMessage) {
  const { html, text } = rendered;
  return sampleMessage({ message, html, text, ...linksOf(edition) });
}

/** Makes the HTML that `sampleOf` has. */
export function sampleHtmlOf({ html, ...edition }: EarlyEdition): string {
  return sampleHtml(html, linksOf(edition));
}

function linksOf({
  publication,
  digest,
  baseUrl,
}: Pick<ScorableMessage, 'publication' | 'digest' | 'baseUrl'>) {
  return {
    slug: publication.slug,
    date: digest.date,
    baseUrl,
    bounceDomain: publication.bounceDomain,
    sentAt: sendTime(digest.date, publication),
  };
}
