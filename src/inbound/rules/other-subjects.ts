import { anyOf } from './any-of.ts';
import type { ReasonRule } from './reason-rule.ts';

/**
 * Nouns of one language by which a report speaks of something else than the recipient's address, and how it then says
 * that this is unknown, closed or refused. Sources of regular expressions; a stem matches with all its endings.
 */
interface OtherSubjects {
  readonly recipient: string;
  readonly sender: string;
  /** An account or address that is ours: a report is written to us. */
  readonly own: string;
  readonly server: string;
  /** Connections and certificates. */
  readonly link: string;
  /** Unknown, invalid, closed, blocked, refused. */
  readonly bad: string;
  /** "An unknown error", which says nothing of an address. */
  readonly unknownError: string;
  /** A language without spaces between words. */
  readonly isUnspaced?: true;
}

const languages: readonly OtherSubjects[] = [
  {
    recipient: "recipients?(?:['’]s)?|addressee",
    sender: "senders?['’]s?|sender (?:address|domain|account|mail ?box)|return[- ]path",
    own: 'your (?:sending )?(?:account|mail ?box|domain|organi[sz]ation)',
    server: '(?:mail )?servers?',
    link: 'connection|certificate|tls|session',
    bad: "unknown|invalid|not valid|not found|n[o']t exist|disabled|deactivated|suspended|closed|terminated|blocked|locked|inactive|deleted|expired",
    unknownError: '(?:unknown|unspecified|undefined|internal) (?:\\w+ )?errors?|for (?:an )?unknown reasons?',
  },
  {
    recipient: 'empfänger\\p{L}*',
    sender: 'absender\\p{L}*',
    own: '(?:ihr|dein)(?:e[mnrs]?)? (?:\\p{L}+-?)?(?:konto|postfach|account|adresse)',
    server: '\\p{L}*server[sn]?',
    link: 'verbindung\\p{L}*|\\p{L}*zertifikat\\p{L}*',
    bad: 'unbekannt|ungültig|nicht gültig|existiert (?:leider )?nicht|nicht (?:\\p{L}+ )?gefunden|deaktiviert|gesperrt|gelöscht|geschlossen|stillgelegt|abgelehnt|abgelaufen',
    unknownError:
      'unbekannte[rnms]? fehler\\p{L}*|fehler unbekannt\\p{L}*|aus unbekannt\\p{L}+ gr[uü]nd\\p{L}*',
  },
  {
    recipient: 'destinataires?',
    sender: 'expéditeurs?|émetteurs?',
    own: '(?:votre|ton|ta) (?:compte|boîte|adresse|messagerie)',
    server: 'serveurs?',
    link: 'connexion|certificat',
    bad: "inconnu|invalide|n['’]existe|n['’]est pas valide|non valide|introuvable|désactiv|supprim|fermé|suspendu|bloqué|refusé|expiré|clôtur|résili",
    unknownError: 'erreurs? (?:\\p{L}+ )?inconnue?s?|raison inconnue',
  },
  {
    recipient: 'destinatari[oa]s?',
    sender: 'remitentes?',
    own: '(?:su|tu) (?:cuenta|buz[óo]n|dirección)',
    server: 'servidor(?:es)?',
    link: 'conexión|certificado',
    bad: 'desconocid|inválid|no (?:es |son )?válid|no existe|inexistente|no (?:se )?(?:ha )?(?:sido )?encontr|deshabilitad|desactivad|suspendid|bloquead|cerrad|eliminad|rechazad|caducad|expirad',
    unknownError: 'error(?:es)? desconocid\\p{L}+|(?:razón|motivo) desconocid\\p{L}+',
  },
  {
    recipient: 'destinatari[oa]',
    sender: 'mittente',
    own: '(?:il (?:suo|tuo|vostro)|la (?:sua|tua|vostra)) (?:account|casella|indirizzo|utenza)',
    server: 'server',
    link: 'connessione|certificato',
    bad: 'sconosciut|inesistente|non (?:esiste|è (?:valid|stat\\p{L} trovat|più)|valid|trovat|autorizzat)|errat|disattivat|disabilitat|sospes|bloccat|chius|rifiutat|scadut|eliminat',
    unknownError: 'errore sconosciuto|motiv\\p{L}+ sconosciut\\p{L}+',
  },
  {
    recipient: 'destinatári[oa]s?',
    sender: 'remetentes?',
    own: '(?:sua|tua) (?:conta|caixa)|conta de envio|(?:seu|teu) endereço',
    server: 'servidor(?:es)?',
    link: 'conexão|ligação|certificado',
    bad: 'desconhecid|inexistente|não (?:existe|é válid|foi encontrad|encontrad|autorizad)|inválid|desativad|desabilitad|suspens|bloquead|encerrad|cancelad|recusad|expirad|fechad|removid',
    unknownError: 'erros? desconhecidos?|motivo desconhecido',
  },
  {
    recipient: 'ontvangers?|geadresseerden?',
    sender: 'afzender\\p{L}*|verzender\\p{L}*',
    own: '(?:uw|jouw|je) (?:account|postvak|mailbox|adres|e-?mailadres)',
    server: '\\p{L}*servers?',
    link: 'verbinding|certificaat',
    bad: 'onbekend|bestaat niet|niet (?:\\p{L}+ )?(?:bekend|gevonden|geldig)|ongeldig|uitgeschakeld|gedeactiveerd|geblokkeerd|opgeschort|gesloten|verwijderd|geweigerd|verlopen',
    unknownError: 'onbekende fout\\p{L}*|onbekende reden',
  },
  {
    recipient: 'odbiorc\\p{L}+|adresat\\p{L}*',
    sender: 'nadawc\\p{L}+',
    own: '(?:twoje|państwa) konto|twoja skrzynka|twój adres',
    server: 'serwer\\p{L}*',
    link: 'połączeni\\p{L}+|certyfikat\\p{L}*',
    bad: 'nieznan|nie istnieje|nie znaleziono|nieprawidłow|zablokowan|wyłączon|zawieszon|usunięt|zamknięt|odrzucon|wygas|nieważn',
    unknownError: 'nieznan\\p{L}+ (?:błąd|błęd\\p{L}+|przyczyn\\p{L}+)|błąd nieznany',
  },
  {
    recipient: 'mottagar\\p{L}+|modtager\\p{L}*|mottaker\\p{L}*',
    sender: 'avsändar\\p{L}*|afsender\\p{L}*|avsender\\p{L}*',
    own: '(?:ditt|ert|dit|din) (?:\\p{L}+)?(?:konto|adress\\p{L}*|brevlåda)',
    server: '\\p{L}*server\\p{L}*',
    link: 'anslutning\\p{L}*|forbindelse\\p{L}*|tilkobling\\p{L}*|certifikat\\p{L}*|sertifikat\\p{L}*',
    bad: 'okänd|finns inte|hittades inte|ogiltig|inaktiverad|avstängd|spärrad|blockerad|stängd|borttagen|avvisad|ukendt|ukjent|findes ikke|finnes ikke|ikke fun[dn]et|ugyldig|deaktiver|spærret|sperret|lukket',
    unknownError: 'okän[dt] (?:\\p{L}+)?fel|uken[dt]t? fejl|ukjent feil',
  },
  {
    recipient: 'příjemc\\p{L}+|adresát\\p{L}*',
    sender: 'odesílatel\\p{L}*',
    own: '(?:váš|vaše|vašeho|tvůj) (?:účet|účtu|schránka|adresa)',
    server: 'server\\p{L}*',
    link: 'spojení|připojení|certifikát\\p{L}*',
    bad: 'neznám|neexistuj|nenalezen|neplatn|zablokován|deaktivován|zrušen|uzavřen|odmítnut|vypnut',
    unknownError: 'neznám\\p{L}+ (?:chyb\\p{L}+|důvod\\p{L}*)',
  },
  {
    recipient: 'получател\\p{L}+|адресат\\p{L}*',
    sender: 'отправител\\p{L}+',
    own: 'ваш\\p{L}* (?:почтов\\p{L}+ )?(?:аккаунт|ящик|адрес|уч[её]тн\\p{L}+ запис\\p{L}+)',
    server: 'сервер\\p{L}*',
    link: 'соединени\\p{L}+|подключени\\p{L}+|сертификат\\p{L}*',
    bad: 'неизвест|не существу|не найден|недействител|неверн|отключ|заблокирован|удал[её]н(?![а-я]* сервер)|закрыт|приостановлен|отклон|деактивирован|запрещ|ист[её]к',
    unknownError: 'неизвестн\\p{L}+ (?:ошибк\\p{L}+|причин\\p{L}+)',
  },
  {
    recipient: 'alıcı\\p{L}*',
    sender: 'gönder(?:en|ici)\\p{L}*',
    own: 'hesabınız\\p{L}*|adresiniz\\p{L}*|posta kutunuz\\p{L}*',
    server: 'sunucu\\p{L}*',
    link: 'bağlantı\\p{L}*|sertifika\\p{L}*',
    bad: 'bulunamadı|mevcut değil|geçersiz|devre dışı|askıya alın|kapatıl|kapalı|engellen|silin|reddedil|bilinmiyor',
    unknownError: 'bilinmeyen (?:bir )?(?:hata|neden)\\p{L}*',
  },
  {
    isUnspaced: true,
    recipient: '宛先|あて先|送信先|受信者|受取人',
    sender: '差出人|送信者|送信元|発信者',
    own: '(?:お客様|あなた|貴方|貴社)の(?:アカウント|メールボックス|メールアドレス|アドレス)',
    server: 'サーバー?',
    link: '接続|証明書|通信',
    bad: '不明|存在し(?:ません|ない)|見つかりません|無効|停止|削除|閉鎖|拒否|凍結|ブロック|有効では|切断|期限切れ|失敗',
    unknownError: '(?:不明|未知)(?:な|の)?(?:エラー|理由|原因)|予期(?:しない|せぬ)エラー',
  },
  {
    isUnspaced: true,
    recipient: '收件人|收件者|收信人|对方',
    sender: '发件人|發件人|寄件人|寄件者|发信人|发件方',
    own: '(?:您|你|贵司|本人)的?(?:账号|帐号|帳號|邮箱|郵箱|信箱|账户|帐户|域名)',
    server: '服务器|伺服器',
    link: '连接|連接|連線|证书|證書|会话',
    bad: '不存在|无效|無效|错误|有误|未知|停用|禁用|注销|冻结|封禁|拒绝|拒絕|关闭|找不到|过期|未通过|断开|失败',
    unknownError:
      '未知的?(?:错误|錯誤|原因)|错误(?:原因|代码|信息|码|提示|类型|描述)|返回[^。，\\n]{0,6}错误|内部错误|系统错误',
  },
  {
    isUnspaced: true,
    recipient: '받는 ?사람|수신자|수신인',
    sender: '보낸 ?(?:사람|이)|보내는 ?사람|발신자|송신자|발송자',
    own: '(?:귀하|고객님?|당신|회원님?)의? ?(?:계정|메일함|메일 ?주소|아이디)',
    server: '서버',
    link: '연결|인증서|접속',
    bad: '존재하지|없|찾을 수|잘못|차단|거부|정지|휴면|탈퇴|해지|삭제|만료|유효하지|비활성|끊|실패',
    unknownError: '알 ?수 ?없는 (?:오류|에러|이유|원인)|내부 오류',
  },
];

/** Nouns of an address in all languages: a statement that names one is about the address after all. */
const addressNouns =
  'users?|mail ?box|account|address|benutzer|postfach|konto|adresse|utilisateur|boîte|compte|usuario|buz[óo]n|cuenta|dirección|utente|casella|indirizzo|conta|caixa|endereço|gebruiker|postvak|adres|użytkownik|skrzynk|användar|brevlåda|bruger|bruker|uživatel|schránk|účet|пользовател|ящик|адрес|kullanıcı|kutusu|hesab|ユーザ|アドレス|メールボックス|アカウント|用户|用戶|邮箱|郵箱|地址|账号|帐号|사용자|메일함|주소|계정';

/** Text between two words of one statement: no end of a sentence or label, and none of these words. */
function between(max: number, without: string): string {
  return String.raw`(?:(?!${without}|[.!?]\s)[^:：。,，;\n]){0,${max}}`;
}

/** Begins where no letter precedes: \b knows the letters of ASCII alone. */
function word({ isUnspaced }: OtherSubjects, text: string): string {
  return isUnspaced ? `(?:${text})` : String.raw`(?<!\p{L})(?:${text})`;
}

const aboutSender = languages.flatMap((language) => {
  const { sender, own, recipient, bad, isUnspaced } = language;
  const [from, ours, failed] = [word(language, sender), word(language, own), word(language, bad)];
  const gap = between(isUnspaced ? 20 : 50, recipient);
  const statements = [`(?:${from}|${ours})${gap}${failed}`];
  if (isUnspaced) return statements;
  return [...statements, String.raw`${failed}\p{L}*[ -](?:\p{L}+ ){0,2}${from}`];
});

const aboutServer = languages.flatMap((language) => {
  const { recipient, server, link, bad, isUnspaced } = language;
  const [host, to, failed] = [word(language, server), word(language, recipient), word(language, bad)];
  const toHost = isUnspaced
    ? String.raw`${to}[^。，,\n]{0,4}${host}`
    : String.raw`${host}(?: \p{L}+){0,2} ${to}|${to}[\p{L}'’]*[ -](?:\p{L}+ )?(?:${server})`;
  const statements = [
    `(?:${toHost})${between(30, `${recipient}|${addressNouns}`)}${failed}`,
    `${word(language, link)}${between(40, addressNouns)}${failed}`,
  ];
  if (isUnspaced) return [...statements, `(?:找不到|未找到)(?:${toHost})`];
  return [...statements, String.raw`${failed}\p{L}* (?:${link}|${server})`];
});

/** Statements about a sender, or about a server or a connection, in which words for unknown addresses occur. */
export const otherSubjects: readonly ReasonRule[] = [
  {
    reason: 'policy',
    class: 'policy',
    text: anyOf(...aboutSender),
    examples: [
      "The sender's mailbox has been disabled",
      'O endereço do remetente é inválido',
      'Адрес отправителя недействителен',
      'Het adres van de afzender is ongeldig',
      'La dirección del remitente no es válida',
      '发件人邮箱已被禁用',
      'Ihr Konto wurde deaktiviert',
      'Votre compte a été désactivé',
      'Ваш аккаунт заблокирован',
      'お客様のアカウントは停止されています',
      '귀하의 계정이 정지되었습니다',
    ],
  },
  {
    reason: 'network',
    class: 'network',
    text: anyOf(...aboutServer),
    examples: [
      'Сервер получателя не найден',
      'De server van de ontvanger is niet gevonden',
      '받는 사람의 서버를 찾을 수 없습니다',
      'Alıcı sunucusu bulunamadı',
      'Mottagarens server hittades inte',
      'Serwer odbiorcy nie istnieje',
      '收件人服务器不存在',
      'La conexión con el destinatario no es válida',
      'Le certificat du serveur destinataire est invalide',
    ],
  },
];

const unknownErrors = new RegExp(
  anyOf(...languages.map((language) => word(language, language.unknownError))).source,
  'giu',
);

/** Replaces "an unknown error" by as many spaces: it is no unknown address. */
export function withoutUnknownErrors(text: string): string {
  return text.replaceAll(unknownErrors, (found) => ' '.repeat(found.length));
}
