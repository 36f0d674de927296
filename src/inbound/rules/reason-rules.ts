import { toBounceClass } from '../../domain/inbound/received-report.ts';
import { anyOf } from './any-of.ts';
import { otherSubjects, withoutUnknownErrors } from './other-subjects.ts';
import type { ReasonRule } from './reason-rule.ts';

/** Temporary reasons and those about the sender come before those about the address. */
export const reasonRules: readonly ReasonRule[] = [
  {
    reason: 'reputation',
    class: 'reputation',
    text: anyOf(
      String.raw`\b(?:spamhaus|spamcop|barracuda (?:reputation|central)|uceprotect|sorbs|rbl|dnsbl|black-?list\w*|block-?list\w*|schwarze[rn]? liste|liste noire|lista negra)\b`,
      String.raw`\b(?:spam|unsolicited|junk)\b.{0,40}\b(?:reject|block|detect|refus|filter|classif|identif|score|content|suspect)|\b(?:reject|block|refus|classif|identif|detect|consider|flag)\w*\b.{0,40}\b(?:spam|unsolicited|junk)\b|\blooks like spam|\bas spam\b`,
      String.raw`\bals spam|\bspam-?(?:verdacht|mail|filter)|\bunerwünschte|\bcomme (?:spam|indésirable|du spam)|\b(?:pourriel|courrier indésirable)|\bcomo (?:spam|no deseado)|\bcorreo no deseado`,
      '(?:迷惑|スパム)(?:メール)?',
      '垃圾邮件|垃圾郵件|反垃圾|黑名单|黑名單|스팸|차단된|спам|чёрн\\p{L}+ спис',
    ),
    examples: [
      '您的邮件被判定为垃圾邮件',
      'Сообщение отклонено как спам.',
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
      '(?:发件人|發件人|寄件人|寄件者)[^。\\n]{0,16}(?:不存在|无效|無效|拒绝|拒絕|未通过|错误)|(?:보낸 ?사람|발신자|송신자)[^.\\n]{0,24}(?:존재하지|차단|거부|잘못)',
      String.raw`\b(?:mittente|remetente|afzender\p{L}*|nadawc\p{L}+|avsändar\p{L}*|odesílatel\p{L}*|gönderen)\b.{0,40}(?:inesistente|sconosciut|non (?:esiste|valid|autorizzat)|rifiutat|inexistente|desconhecid|não (?:existe|autorizad)|recusad|onbekend|bestaat niet|geweigerd|nie istnieje|nieznan|odrzucon|okänd|finns inte|neexistuje|odmítnut)|отправител\p{L}*.{0,40}(?:не существует|неизвест|отклон|не найден|запрещ)`,
      'ポリシー|許可されて(?:いません|おりません)|受信(?:を)?拒否|拒否(?:する)?設定|指定受信',
    ),
    examples: [
      'Rejected because of our content policy.',
      'The sender address does not exist.',
      'The address was refused because your message was not found to be authenticated.',
      'Der Absender ist unbekannt.',
      'Sie sind nicht berechtigt, an diesen Empfänger zu senden.',
      "Vous n'êtes pas autorisé à envoyer à cette adresse.",
      'El remitente no está autorizado.',
      '发件人地址不存在',
      'O endereço do remetente não existe.',
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
      '(?:邮箱|郵箱|信箱|收件箱|容量|空间|空間|配额|配額)[^。\\n]{0,12}(?:已?满|已?滿|不足|超出|超过|超過|超限)',
      '(?:메일함|편지함|사서함|용량|저장 ?공간)[^.\\n]{0,16}(?:초과|가득|부족)',
      String.raw`\bcasella\b.{0,60}\bpiena\b|\b(?:spazio|quota)\b.{0,40}(?:esaurit[oa]|superat[oa]|insufficiente)|\bcaixa (?:postal|de (?:correio|entrada))\b.{0,60}\bcheia\b|\b(?:quota|cota|espaço)\b.{0,40}(?:excedid[oa]|esgotad[oa]|insuficiente)`,
      String.raw`\b(?:postvak|mailbox|brievenbus)\b.{0,60}\bvol\b|\bskrzynk\p{L}*.{0,60}(?:pełna|przepełniona)|\b(?:inkorg|postlåda|brevlåda)\p{L}*.{0,40}\bfull\b|\bschránk\p{L}*.{0,40}pln[áaý]`,
      String.raw`(?:ящик|квот)\p{L}*.{0,40}(?:переполнен|заполнен|превышен)|превышен\p{L}* квот|\bkutusu\b.{0,20}\bdolu\b`,
    ),
    examples: [
      '收件人邮箱已满，无法接收您的邮件',
      '받는 사람의 메일함 용량이 초과되었습니다',
      'La casella di posta del destinatario è piena.',
      'A caixa postal do destinatário está cheia.',
      'Het postvak van de ontvanger is vol.',
      'Skrzynka odbiorcy jest pełna.',
      'Почтовый ящик получателя переполнен.',
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
      '暂时|暫時|稍后|稍後|临时|일시|잠시 ?후|나중에 다시',
      String.raw`\btemporane\p{L}+|\briprov\p{L}+|\bpiù tardi|\btempor[áa]ri[oa]|\btente novamente|\bmais tarde|\btijdelijk|\bprobeer het (?:later|opnieuw)|\btymczasow\p{L}+|\bspróbuj\p{L}* (?:ponownie|później)|временн\p{L}+|позже|\btillfällig\p{L}*|\bdočasn\p{L}+|\bgeçici`,
    ),
    examples: [
      '服务器暂时不可用，请稍后再试',
      'Il server è temporaneamente non disponibile.',
      'Tente novamente mais tarde.',
      'Почтовый ящик временно недоступен.',
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
      '(?:邮箱|帐号|账号|帳號|用户|收件人)[^。，\\n]{0,12}(?:已?被?(?:停用|禁用|注销|冻结|停用)|已停用)|(?:계정|메일함|사용자)[^.\\n]{0,16}(?:휴면|정지|탈퇴|해지|삭제)',
      String.raw`\b(?:casella|account|indirizzo|utente)\b.{0,40}(?:disattivat[oa]|disabilitat[oa]|chius[oa]|non (?:è )?più attiv[oa])|\b(?:conta|caixa postal|usuário|endereço)\b.{0,40}(?:desativad[oa]|inativ[oa]|encerrad[oa]|cancelad[oa])`,
      String.raw`(?:ящик|аккаунт|учётн\p{L}+ запис\p{L}+)\p{L}*.{0,40}(?:отключ|заблокирован|удал[её]н(?!\p{L}* сервер))`,
    ),
    examples: [
      '收件人邮箱已停用',
      'La casella è stata disattivata.',
      'A conta do destinatário foi desativada.',
      'Почтовый ящик отключён.',
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
      String.raw`\b(?:empfänger|empfängeradresse|benutzer|benutzername|adresse|postfach|mailbox|e-?mail-?adresse|mailadresse|konto|domain|domäne)\b.{0,90}(?:\bunbekannt|existiert(?: leider)? nicht|existieren nicht|nicht (?:mehr )?existier|nicht (?:[\p{L}-]+ ){0,3}gefunden|nicht bekannt|ungültig|nicht vorhanden|gibt es nicht|nicht existent|nicht vergeben)|\b(?:unbekannte[rn]?|ungültige[rn]?) (?:empfänger|benutzer|adresse|e-?mail|mail|postfach)`,
      String.raw`\b(?:destinataire|utilisateur|adresse|boîte|compte|domaine|messagerie)\b.{0,90}(?:inconnue?s?\b|n'existe pas|n’existe pas|introuvable|non trouvée?|non répertoriée?|invalide|n'a (?:pas )?(?:pas )?été trouvée?|incorrecte?\b|erronée?)`,
      String.raw`\b(?:destinatario|usuario|dirección|buz[óo]n|cuenta|dominio)\b.{0,90}(?:desconocid[oa]|no existe|inexistente|no figura|no (?:se (?:ha )?(?:encontró|encontrado)|fue encontrad[oa]|ha sido encontrad[oa]|encontrad[oa])|inválid[oa]|no (?:es )?válid[oa]|incorrect[oa])|\bno (?:existe|se encontró|se ha encontrado|se encuentra)\b.{0,40}(?:destinatario|usuario|dirección|buz[óo]n|cuenta)`,
      '(?:宛先|あて先|送信先|ユーザー?|アドレス|メールボックス|アカウント|受信者|ドメイン)[^。\\n]{0,40}(?:不明|存在しません|存在しない|存在いたしません|見つかりません|見つかりませんでした|ありません|有効ではありません|無効|間違って|誤り)|宛先不明',
      '(?:收件人|用户|用戶|邮箱|郵箱|邮件地址|收件人地址|邮箱地址|地址|帐号|账号)[^。，,\\n]{0,12}(?:不存在|无效|無效|有误)|(?:地址|收件人)(?:名称?)?(?:错误|錯誤)',
      '(?:받는 ?사람|수신자|사용자|메일 ?주소|계정|아이디)[^.\\n]{0,24}(?:존재하지 않|찾을 수 없|잘못)|없는 (?:사용자|계정|메일 ?주소|아이디)|존재하지 않는 (?:사용자|계정|메일|주소)',
      String.raw`\b(?:indirizzo|destinatario|utente|casella)\b.{0,60}(?:inesistente|sconosciut[oa]|non (?:esiste|trovat[oa]|valid[oa])|errat[oa])|\b(?:endere[çc]o|destinat[áa]rio|usu[áa]rio|utilizador|conta|caixa postal)\b.{0,60}(?:inexistente|desconhecid[oa]|n[ãa]o (?:existe|foi encontrad[oa]|encontrad[oa])|inv[áa]lid[oa])`,
      String.raw`\b(?:ontvanger|geadresseerde|(?:e-?mail)?adres|gebruiker|postvak)\b.{0,60}(?:onbekend|bestaat niet|niet (?:bekend|gevonden)|ongeldig)|\b(?:odbiorc\p{L}+|adres\p{L}*|użytkownik\p{L}*|kont\p{L}+)\b.{0,40}(?:nieznan|nie istnieje|nie znaleziono|nieprawidłow)`,
      String.raw`(?:получател|пользовател|адрес|ящик)\p{L}*.{0,40}(?:не существует|не найден|неизвест|недействител)|\b(?:mottagar|adress|användar)\p{L}*.{0,40}(?:finns inte|okänd|hittades inte)|\b(?:příjemce|adresa|uživatel|schránka)\b.{0,40}(?:neexistuje|neznám|nenalezen)|\b(?:alıcı|kullanıcı|adres)\p{L}*.{0,40}(?:bulunamadı|mevcut değil|geçersiz)`,
    ),
    examples: [
      '失败原因：收件人不存在，请核对收件人地址',
      '받는 사람의 메일 주소가 존재하지 않습니다',
      "L'indirizzo del destinatario è inesistente.",
      'O endereço do destinatário não existe.',
      'De ontvanger is onbekend.',
      'Adres odbiorcy nie istnieje.',
      'Пользователь не найден.',
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

/**
 * The first rule whose words are in the text. A rule that would suppress an address gives way where the words around its
 * match speak of a sender, a server or a connection; "an unknown error" is no unknown address.
 */
export function findReason(text: string): ReasonRule | undefined {
  const found = reasonRules.find((rule) => rule.text.test(text));
  if (found === undefined || !isHard(found)) return found;
  const around = wordsAround(text, found);
  const cleaned = withoutUnknownErrors(around);
  if (cleaned !== around) return findReason(text.replace(around, () => cleaned));
  return otherSubjects.find((rule) => rule.text.test(around)) ?? found;
}

/** The match of a rule with what is said just before and after it. */
function wordsAround(text: string, rule: ReasonRule): string {
  const match = rule.text.exec(text);
  if (match === null) return '';
  return text.slice(Math.max(0, match.index - 80), match.index + match[0].length + 60);
}

function isHard(rule: ReasonRule): boolean {
  return toBounceClass(rule.class) === 'hard';
}
