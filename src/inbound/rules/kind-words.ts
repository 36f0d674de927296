import { anyOf } from './any-of.ts';

/** Words that say what a message without fields for machines is, in English, German, French, Spanish and Japanese. */

/** Local parts of the programs that report about mail. */
export const reporterName =
  /^(?:mailer-?daemon|mail-?daemon|mail(?:er)?|post-?master|post-?office|postmast|mta|mda|mdaemon|bounces?|no-?reply|mail[-.]?(?:delivery|system|returned|error)[\w.-]*|microsoftexchange\w*|exchange\w*|non-?delivery[\w.-]*|ndr|delivery[\w.-]*|system)$/iu;

/** Names of sending programs before the address. */
export const reporterLabel = anyOf(
  String.raw`mail(?:er)? (?:delivery|administrator|daemon|system)`,
  'mailer-?daemon',
  String.raw`\bpostmaster\b`,
  'delivery (?:subsystem|system|service)',
  'microsoft (?:outlook|exchange)',
  'internet mail delivery',
);

/** How subjects of people begin who answer or hand on a message. */
export const quotingSubject =
  /^\s*(?:re|fwd?|aw|wg|tr|réf|rv|sv|vs|antw|doorst|i|odp|pd|ynt|ilt|enc|res|回复|回覆|答复|转发|轉寄)\s*(?:\[\d+\])?\s*[:：]/iu;

export const failureSubject = anyOf(
  '系统退信|系統退信|退信|投递失败|無法投遞|无法投递',
  '(?:메일|메시지|발송|전송|배달)[^.\\n]{0,8}(?:실패|불가)|недоставлен|не доставлен|ошибка доставки|nedoručen|nelze doručit|doručení selhalo',
  String.raw`\bmancat[ao] (?:consegna|recapito)|\bn[ãa]o (?:foi )?entregue|\bonbestelbaar|\bniet bezorgd|\bniedostarczon|\bolevererad|\bteslim edilemedi`,
  String.raw`\bundeliver(?:ed|able)\b`,
  String.raw`\bnon[- ]?(?:delivery|remis\w*)\b`,
  String.raw`\bdelivery (?:status )?(?:notification )?\(?(?:failure|failed|failed permanently|error|problem)`,
  String.raw`\bdelivery (?:has )?(?:failed|failure|report|error|problem|status notification|notification)`,
  String.raw`\b(?:returned|rejected|bounced) (?:e-?)?(?:mail|message)|\b(?:e-?)?(?:mail|message) (?:was |has been )?(?:returned|rejected|bounced|undeliverable)`,
  String.raw`\b(?:mail|message|e-?mail) (?:delivery|system)? ?(?:failed|failure|error)\b`,
  String.raw`\bfailure (?:notice|notification|delivery)\b|\bfailed (?:mail|delivery|message)\b`,
  String.raw`\b(?:could|can)(?: ?not|n't) (?:be )?deliver`,
  String.raw`\bmessage (?:not|un)[- ]?delivered\b`,
  String.raw`\bdelivery incomplete\b`,
  String.raw`\bmail (?:transaction|sending) failed\b`,
  String.raw`\bunzustellbar`,
  String.raw`\b(?:nicht|un)[- ]?zugestellt|\bnicht (?:\w+ )?zustell`,
  String.raw`\bzustell(?:ung|ungs?\w*|fehler|bericht)\b.{0,60}(?:fehlgeschlagen|fehler|nicht möglich|gescheitert)|\bzustellungsfehler|\bzustellfehler|\bfehler bei der (?:\w+)?zustellung`,
  String.raw`\bnon (?:remis|distribu|délivr|livr)|(?<!\p{L})(?:[ée]chec|erreur)\b.{0,50}(?:remise|distribution|livraison|envoi|délivrance)|\bretourné? à l'(?:expéditeur|envoyeur)|\bretour de courrier`,
  String.raw`\bno (?:se )?(?:\w+ )?(?:entreg|pudo|puede|ha podido)|\b(?:fallo|error|falló)\b.{0,50}(?:entrega|envío)|\b(?:correo|mensaje) (?:devuelto|rechazado|rebotado)|\bnotificación de (?:error|no entrega)`,
  '(?:配信|配送|送信|配達|送達)(?:に|が|は|を)?(?:失敗|不能|不可|エラー|できません|できなかった|できませんでした)|(?:配信|送信|配達|届)\\p{L}{0,8}(?:できません|ませんでした|なかった)|不達|エラーメール|戻りメール|宛先不明|メールエラー',
);

/** Phrases with which programs begin a report of a final failure. */
export const failureText = anyOf(
  '未能投递|無法投遞|无法投递|无法送达|無法送達|被退回|退信原因|投递失败',
  '(?:전송|발송|배달|전달)(?:되지 (?:못|않)|에 실패|할 수 없|이 불가)|не (?:было |может быть |удалось )?доставлен|недоставлен|nebyl\\p{L}? (?:možné )?doruč|nelze doručit',
  String.raw`\bkunde inte (?:skickas|levereras)|\bkunne ikke (?:leveres|sendes)|\bei voitu toimittaa`,
  String.raw`\bnon (?:è stat[oa]|è possibile|può essere) (?:consegnat|recapitat)|\bn[ãa]o (?:foi|p[ôo]de ser) entregue|\bkan niet worden bezorgd|\bnie została dostarczona`,
  String.raw`\b(?:could|can)(?: ?not|n't) be (?:successfully )?(?:delivered|sent)\b`,
  String.raw`\b(?:was|were|is|has) not (?:been )?(?:able to be )?(?:successfully )?delivered\b|\bwasn't delivered\b|\bnot delivered to\b`,
  String.raw`\bunable to (?:\w+ )?deliver|\bwasn't able to deliver|\bdelivery (?:to|for) .{0,120}(?:failed|has failed)|\bfailed to deliver`,
  String.raw`\bdelivery (?:has )?failed\b|\bpermanent (?:fatal )?(?:error|failure)|\bfatal errors\b`,
  String.raw`\bundeliver(?:able|ed)\b|\bfailed (?:permanently|recipient)|\breturning your message|\bmessage (?:is|was|has been) (?:being )?(?:returned|rejected)`,
  String.raw`\bthis is a permanent error\b|\bi've given up\b|\bgiving up on\b|\bgiving up after\b`,
  String.raw`\buser (?:name )?not (?:listed|found)\b|\bnot listed in (?:the )?(?:domino|public)|\bno such (?:user|mailbox|address|recipient)|\bunknown (?:user|recipient)|\buser unknown\b`,
  String.raw`\b(?:nicht|leider nicht|endgültig nicht) (?:\w+ )?(?:zugestellt|zustell|ausgeliefert|übermittelt|gesendet)|\bunzustellbar|\bzustellung .{0,80}(?:fehlgeschlagen|nicht möglich|gescheitert)`,
  String.raw`(?:n'a|n’a|n'ont|na) (?:pas |pu |pas pu |été |être )+(?:remis|distribu|délivr|livr|envoy|achemin)|\bimpossible de (?:\w+ )?(?:remettre|distribuer|délivrer|livrer|acheminer|transmettre)|(?<!\p{L})(?:[ée]chec|échoué)`,
  String.raw`\bno (?:se )?(?:ha |pudo |puede |pudieron |fue )?(?:podido |posible )?(?:ser )?(?:entreg|enviar|enviado)|\bimposible entregar|\bha fallado|\bfalló la entrega|\bno se entregó`,
  '(?:配信|配送|送信|配達|送達|お届け|届け)[\\p{L}\\p{N}ー]{0,12}(?:失敗|不能|不可|できません|できなかった|ませんでした|エラー)|(?:エラー|失敗)のため|返送|お戻し|見つかりません|存在しません|宛先不明',
);

export const delayText = anyOf(
  '延迟|延遲|尚未(?:送达|投递)|将继续尝试|지연|계속 시도|задерж|пока не доставлен|попытк\\p{L}+ .{0,30}(?:продолж|повтор)',
  String.raw`\britard(?:o|at[oa])\b|\bnon (?:è )?ancora stat[oa] consegnat|\batras(?:o|ad[oa])\b|\bainda não foi entregue|\bvertraag\p{L}*|\bnog niet (?:bezorgd|afgeleverd)|\bopóźnion\p{L}*|\bförsen\p{L}*|\bzpožděn\p{L}*`,
  String.raw`\b(?:has|have|is|was) (?:not yet been|been|being)? ?(?:delayed|queued for retry)\b|\bdelivery (?:status notification \()?delay`,
  String.raw`\bnot (?:yet )?been delivered (?:yet|after|for|since)|\bhas not yet been delivered|\bstill (?:being retried|trying|be(?:ing)? attempted|in (?:the )?queue)`,
  String.raw`\bdo(?:es)? not need to (?:re-?send|send) (?:your|the)|\bno action is required on your part`,
  String.raw`\bwarning[ :-]{1,4}(?:message|could not send|mail|not delivered|delayed)|\bwarning only\b|\bthis is a warning`,
  String.raw`\bwill (?:continue|keep) (?:to try|trying|retrying)|\bwill (?:be )?(?:retried|retry) (?:for|until|again|delivery)|\battempts? to deliver .{0,60}will continue|\bdelivery attempts will continue`,
  String.raw`\bverzöger(?:t|ung|te)\b|\bnoch nicht zugestellt|\bzustellung .{0,40}(?:wird|weiter) .{0,30}versucht|\bweitere zustellversuche`,
  String.raw`\bretard(?:é|ée|e)?\b.{0,40}(?:remise|livraison|distribution|message)|(?:remise|livraison|distribution|message) .{0,40}\bretard|\bpas encore (?:été|pu)|\bnouvelles tentatives`,
  String.raw`\b(?:retras(?:o|ad[oa])|demorad[oa])\b|\baún no (?:se )?ha|\btodavía no (?:se )?ha|\bseguir(?:á|emos) intentando|\bse seguirá intentando`,
  '(?:遅延|遅れて|遅れが)|(?:まだ|未だ)[\\p{L}]{0,12}(?:配信|配送|送信)|再送を(?:試み|続け)|再送する必要は|引き続き[\\p{L}]{0,10}(?:試み|再送)',
);

/** What takes back a delay: the server has given up. */
export const givenUp = anyOf(
  String.raw`\bgiv(?:en|ing) up\b|\bwill not (?:be )?(?:retr|try)|\bno (?:further|more) (?:delivery )?attempts|\bretry (?:timeout|time) (?:exceeded|not reached)|\bexpired\b|\btoo (?:long|old)\b.{0,20}queue|\bpermanent (?:error|failure)`,
  String.raw`\bendgültig|\bkeine weiteren|\babandonn|\bdéfinitiv|\bdefinitiv|\bno se (?:volverá|realizarán)`,
  '再送(?:は|を)?(?:行い|し)ません|断念|中止',
);

export const successText = anyOf(
  String.raw`\bdelivery (?:status )?(?:notification )?\(?(?:success|relay|successful|expanded)`,
  String.raw`\b(?:was|has been|were) (?:successfully )?(?:delivered|relayed)\b|\bsuccessful(?:ly)? (?:mail )?deliver|\bdelivery (?:to .{0,80} )?(?:was|is) (?:complete|successful)`,
  String.raw`\berfolgreich (?:zugestellt|übermittelt)|\bzustellung erfolgreich|\b(?:remis|distribué|livré) avec succès|\bentregad[oa] (?:correctamente|con éxito)`,
  '(?:配信|送信|配達)(?:に|が)?(?:成功|完了)',
);
