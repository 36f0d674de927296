import type { RefusalClass } from '../../domain/sending/refusal-classes.ts';
import { anyOf } from './any-of.ts';

/**
 * Words by which a report gives its reason without a reply code, or in another language than English. The first rule
 * that matches decides: temporary reasons and those about the sender come before those about the address.
 */
export interface ReasonRule {
  readonly reason: string;
  readonly class: RefusalClass;
  readonly text: RegExp;
  /** Texts that this rule decides; the tests run them through all rules. */
  readonly examples: readonly [string, ...string[]];
}

export const reasonRules: readonly ReasonRule[] = [
  {
    reason: 'reputation',
    class: 'reputation',
    text: anyOf(
      String.raw`\b(?:spamhaus|spamcop|barracuda (?:reputation|central)|uceprotect|sorbs|rbl|dnsbl|black-?list\w*|block-?list\w*|schwarze[rn]? liste|liste noire|lista negra)\b`,
      String.raw`\b(?:spam|unsolicited|junk)\b.{0,40}\b(?:reject|block|detect|refus|filter|classif|identif|score|content|suspect)|\b(?:reject|block|refus|classif|identif|detect|consider|flag)\w*\b.{0,40}\b(?:spam|unsolicited|junk)\b|\blooks like spam|\bas spam\b`,
      String.raw`\bals spam|\bspam-?(?:verdacht|mail|filter)|\bunerwünschte|\bcomme (?:spam|indésirable|du spam)|\b(?:pourriel|courrier indésirable)|\bcomo (?:spam|no deseado)|\bcorreo no deseado`,
      '(?:迷惑|スパム)(?:メール)?',
    ),
    examples: [
      'Ihre Nachricht wurde als Spam eingestuft.',
      'Votre message a été considéré comme indésirable.',
      'El mensaje fue clasificado como spam.',
      '迷惑メールと判定されたため配信できませんでした',
      'The message looks like spam and was refused.',
    ],
  },
  {
    reason: 'policy',
    class: 'policy',
    text: anyOf(
      String.raw`\b(?:content|local|security|message|mail|administrative|organi[sz]ation\w*) policy\b|\bpolic(?:y|ies) (?:reasons?|violation|prohibit|restrict)|\badministrative prohibition|\b(?:blocked|rejected|refused|prohibited) (?:by|due to) .{0,40}polic`,
      String.raw`\bun-?authenticated\b|\bnot (?:\w+ ){0,4}authenticated\b|\bauthentication (?:failed|failure|required)|\b(?:spf|dkim|dmarc)\b`,
      String.raw`\b(?:virus|malware|phishing|dangerous attachment|banned (?:content|attachment|file))\b`,
      String.raw`\b(?:you|sender|senders) (?:do|does|are|is|don't|doesn't|aren't|isn't)(?: not)? (?:have permission|allowed|permitted|authori[sz]ed)|\bdelivery not authori[sz]ed|\bonly accepts? (?:mail|messages?|e-?mails?) from`,
      String.raw`\brichtlinie|\bnicht berechtigt|\bkeine berechtigung|\bstratégie de|\bpolitique de|\bn'êtes pas autorisé|\bnicht autorisiert|\bdirectiva|\bpolítica de|\bno (?:tiene permiso|está autorizado)`,
      String.raw`\b(?:sender|from|return[- ]path)(?:'s)? ?(?:address|domain|mail ?box|user)?\b.{0,40}(?:does ?n[o']t exist|unknown|invalid|not found|not verified|unverified|rejected|could ?n[o']t be verified)|\babsender\w*.{0,40}(?:unbekannt|existiert|ungültig|nicht gefunden|abgelehnt)|\bexpéditeur.{0,40}(?:inconnu|invalide|n'existe|introuvable|refusé)|\bremitente.{0,40}(?:desconocid|no existe|inválid|rechazad)|(?:差出人|送信者)[^。\n]{0,16}(?:不明|無効|存在しません|拒否)`,
      'ポリシー|許可されて(?:いません|おりません)|受信拒否|拒否設定|指定受信',
    ),
    examples: [
      'Rejected because of our content policy.',
      'The sender address does not exist.',
      'The address was refused because your message was not found to be authenticated.',
      'Der Absender ist unbekannt.',
      'Sie sind nicht berechtigt, an diesen Empfänger zu senden.',
      "Vous n'êtes pas autorisé à envoyer à cette adresse.",
      'El remitente no está autorizado.',
      '受信者の受信拒否設定により配信されませんでした',
    ],
  },
  {
    reason: 'mailbox-full',
    class: 'full',
    text: anyOf(
      String.raw`\b(?:mail ?box|in-?box|account|user|recipient|mail ?drop|mail ?folder|storage|quota|disk)\b.{0,60}\b(?:full|over ?quota|quota exceeded|exceed(?:s|ed|ing)?|over (?:its|the|their) (?:quota|limit|allowed)|out of (?:space|storage)|too large)\b|\b(?:over|exceed\w*|out of|insufficient)\b.{0,40}\b(?:quota|storage|disk space|mailbox size)\b|\bquota (?:exceeded|violation)|\bnot enough (?:storage|space)|\bno space left`,
      String.raw`\b(?:postfach|mailbox|posteingang|speicher\w*|konto|quota|kontingent)\b.{0,60}(?:\bvoll\b|überfüllt|überschritten|erschöpft|ausgelastet|belegt)|\bpostfach ?(?:ist )?voll|\bkein(?:en)? (?:freien )?speicher`,
      String.raw`\b(?:boîte|messagerie|bal|quota|espace|compte)\b.{0,60}(?:\bpleine?\b|saturée?|dépassée?|atteint|insuffisant)`,
      String.raw`\b(?:buz[óo]n|bandeja|cuota|espacio|cuenta|almacenamiento)\b.{0,60}(?:llen[oa]|excedid[oa]|superad[oa]|agotad[oa]|insuficiente|sobrepas)`,
      '(?:メールボックス|受信箱|受信トレイ|容量|ディスク|クォータ|保存領域)[^。\\n]{0,24}(?:いっぱい|一杯|満杯|超過|超え|オーバー|不足|上限)',
    ),
    examples: [
      'Mailbox is full / Blocks limit exceeded',
      'Das Postfach des Empfängers ist voll.',
      'La boîte aux lettres du destinataire est pleine.',
      'El buzón del destinatario está lleno.',
      '受信者のメールボックスの容量が超過しています',
      'The recipient exceeded the storage allowed and is over quota.',
    ],
  },
  {
    reason: 'too-big',
    class: 'too-big',
    text: anyOf(
      String.raw`\b(?:message|mail|e-?mail|attachment)\b.{0,50}\b(?:too (?:large|big|long)|larger than|exceeds? (?:the )?(?:\w+ )?(?:size|limit)|size limit)|\b(?:max(?:imum)?|allowed) (?:message )?size\b|\bsize (?:limit|restriction)s?\b`,
      String.raw`\b(?:nachricht|mail|e-?mail)\b.{0,50}(?:zu groß|überschreitet)|\bmaximale? (?:nachrichten)?größe|\bgrößenbeschränkung`,
      String.raw`\btrop (?:volumineux|gros|grand|lourd)|\btaille maxim|\bdemasiado (?:grande|largo)|\btamaño máximo|\bexcede el tamaño`,
      '(?:サイズ|メッセージ)[^。\\n]{0,16}(?:大きすぎ|大き過ぎ|制限を|上限を)',
    ),
    examples: [
      'The message is larger than the receiving system allows.',
      'Die Nachricht ist zu groß.',
      'Le message est trop volumineux.',
      'El mensaje es demasiado grande.',
      'メールのサイズが大きすぎます',
    ],
  },
  {
    reason: 'network',
    class: 'network',
    text: anyOf(
      String.raw`\b(?:connection|connect|network|session)\b.{0,40}\b(?:refused|timed? ?-?out|timeout|reset|lost|closed|failed|unreachable|dropped)\b|\b(?:timed? ?-?out|timeout)\b|\bno route to host|\bunreachable|\b(?:retry|retries|retry timeout|delivery time|message lifetime|maximum (?:delivery )?time) .{0,20}(?:exceeded|expired)|\b(?:message|delivery|queue)\b.{0,30}\bexpired|\btoo long in (?:the )?queue|\b(?:could ?n[o']t|unable to|cannot) (?:be )?(?:reach|connect)|\bdid not respond|\bnot respond(?:ing)?\b|\bhop count|\btoo many hops|\bmail loop|\bloops? back|\bloop(?:ing)? detected`,
      String.raw`\b(?:dns|name server|domain name|mx)\b.{0,60}\b(?:temporar|again|servfail|lookup fail|timed? ?out)`,
      String.raw`\b(?:zeitüberschreitung|abgelaufen|verbindung\b.{0,40}(?:fehlgeschlagen|abgelehnt|nicht)|nicht erreichbar|antwortet nicht|reagiert nicht|zustellversuche?)`,
      String.raw`\b(?:délai\b.{0,40}(?:expiré|dépassé)|expiré|connexion\b.{0,40}(?:échoué|refusée|impossible)|injoignable|ne répond pas)`,
      String.raw`\b(?:tiempo\b.{0,40}(?:agotado|espera|expirado|excedido)|expirad[oa]|caducad[oa]|conexión\b.{0,40}(?:falló|rechazada|fallida)|no responde|inaccesible)`,
      // The receiving server is away or not in the DNS: nothing is said of the address.
      String.raw`(?<!name )\bserver(?:'s)? (?:could ?n[o']t|cannot|can't|was|is|has|did)(?: not)? (?:be )?(?:found|located|unknown|unavailable|available|reached|down|offline|responding)|\bservers? .{0,30}(?:nicht (?:gefunden|verfügbar|ermittelt)|unbekannt)|\bserveur .{0,40}(?:introuvable|indisponible|inconnu|hors service)|\bservidor .{0,40}(?:no (?:se )?(?:encontr|disponible|está)|desconocido|fuera de servicio)`,
      'サーバー?[^。\\n]{0,16}(?:見つかりません|存在しません|停止|ダウン|不明)',
      '(?:タイムアウト|期限切れ|有効期限|接続(?:でき|に失敗|が拒否)|応答(?:が)?(?:ありません|しません|がない)|時間内に)',
    ),
    examples: [
      'retry timeout exceeded',
      "The recipient's mail server could not be found.",
      'Der Server des Empfängers wurde nicht gefunden.',
      'Le serveur du destinataire est introuvable.',
      'No se encuentra: el servidor del destinatario no se encontró.',
      '受信者側のサーバーが見つかりません',
      'Connection timed out with mx.example.com',
      'Der Server des Empfängers antwortet nicht.',
      'Le serveur du destinataire ne répond pas.',
      'Se ha agotado el tiempo de espera: tiempo agotado.',
      '接続がタイムアウトしました',
    ],
  },
  {
    reason: 'temporary',
    class: 'temporary',
    text: anyOf(
      String.raw`\btemporar(?:y|ily)\b|\btry (?:again )?(?:later|in (?:a|\d))|\bplease retry later|\bat the moment\b|\bgr[ea]y-?list|\btoo many (?:\w+ )?(?:messages|connections|recipients)|\brate limit|\bthrottl`,
      String.raw`\bvorübergehend|\bzeitweise|\bspäter (?:erneut|noch ?einmal|nochmals)|\bzu viele`,
      String.raw`\btemporaire|\btemporairement|\bréessa|\bplus tard|\btrop de`,
      String.raw`\btemporal|\btemporalmente|\bmás tarde|\bvuelva a intentar|\binténtelo|\bdemasiad[oa]s`,
      '一時的|しばらく(?:して|経って)|後ほど|混雑|再度お試し',
    ),
    examples: [
      'The mailbox is temporarily unavailable.',
      'Bitte versuchen Sie es später erneut.',
      'Veuillez réessayer plus tard.',
      'Inténtelo más tarde.',
      '一時的なエラーが発生しました',
    ],
  },
  {
    reason: 'dead-mailbox',
    class: 'dead-mailbox',
    text: anyOf(
      String.raw`\b(?:mail ?box|account|user|recipient(?:'s)?(?: (?:mail ?box|account|address))?|address|email)\b.{0,24}\b(?:has been|is|was|been|are|'s)? ?(?:permanently )?(?:disabled|deactivated|de-activated|discontinued|closed|terminated|deleted|removed|cancell?ed|no longer (?:valid|active|in use|exists?|available|in service)|inactive|not active|expired|suspended)\b`,
      String.raw`\b(?:postfach|konto|mailbox|benutzerkonto|adresse|empfänger)\b.{0,40}(?:deaktiviert|geschlossen|gelöscht|stillgelegt|abgeschaltet|gekündigt|nicht mehr (?:aktiv|gültig|vorhanden|verfügbar))`,
      String.raw`\b(?:boîte|compte|adresse|utilisateur|destinataire)\b.{0,40}(?:désactivée?|fermée?|supprimée?|clôturée?|résiliée?|plus (?:active?|valide|utilisée?|disponible)|n'existe plus|inactive?\b)`,
      String.raw`\b(?:buz[óo]n|cuenta|dirección|usuario|destinatario)\b.{0,40}(?:desactivad[oa]|deshabilitad[oa]|cerrad[oa]|eliminad[oa]|suprimid[oa]|cancelad[oa]|dad[oa] de baja|inactiv[oa]|ya no (?:existe|está|es))`,
      '(?:アカウント|メールボックス|アドレス|ユーザー?)[^。\\n]{0,16}(?:無効(?:に|化|と|です)|停止|削除|閉鎖|解約|廃止|利用されておりません|使われておりません|使用されていません)',
    ),
    examples: [
      'The account has been disabled.',
      'Das Postfach wurde deaktiviert.',
      'Le compte du destinataire a été désactivé.',
      'La cuenta del destinatario está deshabilitada.',
      'このアカウントは停止されています',
    ],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    text: anyOf(
      String.raw`\b(?:no such|unknown|invalid|nonexistent|non-existent|unrecogni[sz]ed|undeliverable) (?:\w+ )?(?:user|recipient|mail ?box|address|local[- ]part|account|e-?mail address|mail ?drop|person|alias|addressee)\b`,
      String.raw`\b(?:user|recipient|mail ?box|address|account|addressee|e-?mail(?: address)?|local[- ]part|alias|name)\b(?: name| address)?.{0,90}\b(?:unknown|not (?:be )?found|does ?n[o']t exist|do(?:es)? not exist|not exist|doesn't exist|isn't valid|is (?:not valid|invalid)|not recogni[sz]ed|not (?:listed|known)|could ?n[o']t be found|couldn't be found|not (?:a )?valid|not present|not available here)`,
      String.raw`\b(?:not listed in|not in) (?:the )?(?:domino|public|address|directory|name & address|name and address)\b|\bno mail ?box (?:here|by that name|found|exists)|\bdoes ?n[o']t have an? .{0,40}\baccount\b|\bthis user doesn't|\bunrouteable (?:mail )?address|\b(?:unknown|unrouteable) (?:host|domain)|\bhost unknown|\b(?:domain|host)\b.{0,60}\b(?:does ?n[o']t exist|not found|could ?n[o']t be found)`,
      String.raw`\b(?:empfänger|empfängeradresse|benutzer|benutzername|adresse|postfach|mailbox|e-?mail-?adresse|mailadresse|konto|domain|domäne)\b.{0,90}(?:\bunbekannt|existiert(?: leider)? nicht|existieren nicht|nicht (?:[\p{L}-]+ ){0,3}gefunden|nicht bekannt|ungültig|nicht vorhanden|gibt es nicht|nicht existent|nicht vergeben)|\b(?:unbekannte[rn]?|ungültige[rn]?) (?:empfänger|benutzer|adresse|e-?mail|mail|postfach)`,
      String.raw`\b(?:destinataire|utilisateur|adresse|boîte|compte|domaine|messagerie)\b.{0,90}(?:inconnue?s?\b|n'existe pas|n’existe pas|introuvable|non trouvée?|non répertoriée?|invalide|n'a (?:pas )?(?:pas )?été trouvée?|incorrecte?\b|erronée?)`,
      String.raw`\b(?:destinatario|usuario|dirección|buz[óo]n|cuenta|dominio)\b.{0,90}(?:desconocid[oa]|no existe|inexistente|no figura|no (?:se (?:ha )?(?:encontró|encontrado)|fue encontrad[oa]|ha sido encontrad[oa]|encontrad[oa])|inválid[oa]|no (?:es )?válid[oa]|incorrect[oa])|\bno (?:existe|se encontró|se ha encontrado|se encuentra)\b.{0,40}(?:destinatario|usuario|dirección|buz[óo]n|cuenta)`,
      '(?:宛先|あて先|送信先|ユーザー?|アドレス|メールボックス|アカウント|受信者|ドメイン)[^。\\n]{0,40}(?:不明|存在しません|存在しない|存在いたしません|見つかりません|見つかりませんでした|ありません|有効ではありません|無効|間違って|誤り)|宛先不明',
    ),
    examples: [
      'User juan (juan@example.com) not listed in Domino Directory',
      'The e-mail address you entered couldn’t be found: the recipient address does not exist',
      'Der Empfänger ist unbekannt.',
      "L'adresse du destinataire n'existe pas.",
      'La dirección del destinatario no existe.',
      'No existe el usuario.',
      '宛先のメールアドレスが見つかりません',
      'This user does not have an example.com account',
    ],
  },
];
