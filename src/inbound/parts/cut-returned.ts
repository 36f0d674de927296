/** Lines after which a report quotes the message that it returns, as regular expressions. */
const markers: readonly string[] = [
  // English
  String.raw`-{2,} ?(?:this is a copy of|the following is a copy|below this line|begin(?:ning)? (?:of )?(?:the )?(?:original )?message|original message|the body of the message|returned (?:mail|message)|message header|included is|unsent message|undelivered message|forwarded message)`,
  String.raw`(?:below|here) (?:is|follows) (?:a |the )?(?:copy of )?(?:the |your )?(?:original |returned |first part of the )?message\b`,
  String.raw`(?:the )?(?:original|returned|undeliverable|your) message (?:headers?|follows|was)? ?:?$`,
  String.raw`original message headers?:`,
  String.raw`message headers? (?:follow|from your message)`,
  String.raw`the header page of the original message`,
  String.raw`-{3,} ?transcript of (?:the )?original`,
  // German, French, Spanish
  String.raw`-{2,} ?(?:ursprüngliche nachricht|originalnachricht|kopie der nachricht|der kopf der|message d'origine|message original|copie du message|mensaje original|copia del mensaje)`,
  String.raw`(?:ursprüngliche|originale) (?:nachricht|nachrichtenkopfzeilen|kopfzeilen)[^\n]{0,30}:?$`,
  String.raw`(?:en-têtes|entêtes) (?:du|de) message[^\n]{0,30}:?$`,
  String.raw`encabezados? (?:del? )?mensaje[^\n]{0,30}:?$`,
  String.raw`(?:es folgt|nachfolgend|im anhang) [^\n]{0,40}(?:kopie|nachricht)[^\n]{0,40}:?$`,
  // Japanese
  String.raw`[-─=]{2,} ?(?:元のメッセージ|送信したメール|オリジナル)`,
  String.raw`(?:元の|送信された|オリジナルの?)(?:メッセージ|メール)[^\n]{0,10}(?:ヘッダ|です|[:：])`,
];

const marker = new RegExp(String.raw`^[ \t>*]{0,8}(?:${markers.join('|')})`, 'imu');

/** The first header line of a message that is quoted without any marker. */
const bareHeader =
  /^[ >|]{0,4}(?:Return-Path:[ \t]|Received: (?:from|by) |X-Original-To: |DKIM-Signature: |ARC-Seal: |Message-ID: <|List-Unsubscribe: <)/imu;

/**
 * Divides a report for people into its own words and what it returns of our message, so that no word of an edition is
 * taken for a reason.
 */
export function cutReturned(text: string): { readonly text: string; readonly tail: string } {
  const cuts = [marker.exec(text)?.index, bareHeader.exec(text)?.index].filter((at) => at !== undefined);
  // A report that begins with its marker has no words of its own: they follow.
  const at = Math.min(...cuts.filter((cut) => cut > 0), text.length);
  const lineEnd = text.indexOf('\n', at);
  const isBare = bareHeader.exec(text)?.index === at;
  return {
    text: text.slice(0, at),
    tail: isBare || lineEnd === -1 ? text.slice(at) : text.slice(lineEnd + 1),
  };
}
