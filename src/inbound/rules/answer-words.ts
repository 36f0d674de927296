import { anyOf } from './any-of.ts';

/** Words of answers by machines that are no reports, by language: English, German, French, Spanish and Japanese first. */

export const autoReplySubject = anyOf(
  String.raw`\b(?:auto(?:matic|mated|matically)?[- ]?(?:reply|response|answer|respond\w*|generated)|autoreply|autoresponse|out[- ]of[- ](?:the[- ])?office|away from (?:the |my )?(?:office|desk|mail|e-?mail)|on (?:vacation|holiday|leave|annual leave|maternity leave|parental leave)|vacation (?:reply|message|response|notice)|holiday (?:reply|notice)|i am (?:away|out)|i'm (?:away|out)|currently (?:away|out)|ooo\b|no longer (?:with|works?|working|at|employed)|has left|change of (?:e-?mail )?address|new e-?mail address|thank you for (?:your|contacting)|we (?:have )?received your|ticket (?:received|created)|acknowledg)`,
  String.raw`\b(?:automatische (?:antwort|e-?mail|rückmeldung)|abwesen(?:heit|d)\w*|ich bin (?:im urlaub|nicht|derzeit|abwesend)|im urlaub|nicht (?:im büro|am arbeitsplatz)|elternzeit|eingangsbestätigung|urlaubs\w*)`,
  String.raw`\b(?:réponse automatique|message automatique|absen(?:t|ce|te)|en (?:congés?|vacances|déplacement)|hors du bureau|accusé de réception)`,
  String.raw`\b(?:respuesta automática|autorespuesta|contestación automática|ausen(?:te|cia)|fuera de (?:la )?oficina|de vacaciones|estoy (?:fuera|de)|acuse de recibo)`,
  String.raw`\b(?:automatisch antwoord|afwezig(?:heid)?\w*|risposta automatica|fuori (?:sede|ufficio)|resposta autom[áa]tica|aus[êe]ncia|autosvar|frånvaro\w*|automatyczna odpowied[źz]|automatick[áa] odpověď|automaattinen vastaus)(?!\p{L})`,
  '自动(?:回复|答复)|自動回覆|자동 ?(?:회신|응답)|автоответ|автоматический ответ',
  '(?:自動(?:応答|返信|送信|配信)|不在(?:通知|のお知らせ|です|にして|のため|連絡)|休暇|外出(?:中|して)|受付(?:完了|いたし)|お問い合わせ(?:ありがとう|を受け)|退職)',
);

export const autoReplyText = anyOf(
  String.raw`\b(?:i am|i'm|i will be|i'll be) (?:currently |presently )?(?:out of (?:the )?office|away|on (?:vacation|holiday|leave|annual|maternity|parental|sick)|travel+ing|not in the office)|\blimited access to (?:my )?e-?mail|\bi (?:will|shall) (?:reply|respond|get back|return|answer)|\bno longer (?:works?|working|employed|with) |\bhas left (?:the )?(?:company|organi[sz]ation|firm)|\bthis (?:is an )?(?:automatic|automated) (?:reply|response)|\bthis mailbox is (?:not|no longer) (?:monitored|read|attended|checked)|\bunattended mailbox|\bplease (?:note|update).{0,40}new e-?mail address`,
  String.raw`\bich bin (?:bis|ab|vom|derzeit|zur ?zeit|momentan|im|nicht|wieder|am)\b|\bab dem .{0,30}wieder (?:erreichbar|im)|\bnicht mehr (?:im unternehmen|bei uns|für)|\bwird nicht (?:gelesen|weitergeleitet)|\bin dringenden fällen`,
  String.raw`\bje suis (?:actuellement )?(?:absent|en congé|en vacances|en déplacement)|\bde retour le\b|\bne travaille plus|\ben cas d'urgence`,
  String.raw`\b(?:estaré|estoy) (?:actualmente )?(?:fuera|ausente|de vacaciones|de baja)|\bya no trabaja|\ben caso de urgencia|\bde vuelta el`,
  String.raw`\bik ben (?:afwezig|niet|op vakantie|tot)|\bsono (?:fuori|assente|in ferie)|\bestou (?:ausente|de f[ée]rias|fora)|\bjag är (?:på semester|tjänstledig|inte)|\bjestem (?:na urlopie|nieobecn)`,
  '(?:休暇|不在|外出|出張)(?:を|に|の|中|して|と|で)[\\p{L}]{0,10}|自動(?:応答|返信)|退職(?:いたし|しました|致し)',
);

export const challenge = anyOf(
  String.raw`\b(?:verify|confirm|prove|show)\b.{0,60}\b(?:you(?:'re| are)|are) (?:a |not a )?(?:human|person|real|robot|machine|spammer)`,
  String.raw`\b(?:confirm|verify|authenticate|validate|authori[sz]e|approve)\b.{0,40}\b(?:your|that you sent (?:this|the|your)|sender|this) (?:e-?mail|message|address|identity|sending)\b.{0,160}\b(?:deliver|released?|receiv|reply|click|accept|held)`,
  String.raw`\b(?:spam ?arrest|boxbe|tmda|bluebottle|sendio|uol ?antispam|antispam uol|mailblocks|chall?enge[- ]response|qurb|0spam|captcha|whitelist request|knowspam)\b`,
  String.raw`\b(?:on|in|to) (?:my|his|her|their|the) (?:approved|safe|allowed|guest|white) ?-?(?:list|senders)\b`,
  String.raw`\b(?:messages?|e-?mails?)\b.{0,60}? (?:is|are|was|has been|will be) (?:being )?(?:held|quarantined|on hold|waiting|not (?:be )?deliver\w+)\b.{0,120}\b(?:until|unless|click|confirm|verify|reply)`,
  String.raw`\b(?:senders?|list of senders) (?:that |who(?:m)? )?(?:i|we|the recipient) (?:have|has) (?:already )?approved|\bapproved (?:senders?|beforehand|in advance|first)\b|\b(?:sender|message|e-?mail) verification (?:required|requested|needed)|\bverification required\b`,
  String.raw`\b(?:authentifi|identifi)\p{L}+\b.{0,160}\b(?:cliqu|lien|une (?:seule )?fois)|\bauthentification (?:requise|demandée|nécessaire)`,
  String.raw`\b(?:authentifizier|verifizier|identifizier)\p{L}+\b.{0,160}\b(?:klick|link|einmal)|\b(?:autentic|identif)\p{L}+\b.{0,160}\b(?:haga clic|enlace|una (?:sola )?vez|clicca|fazer? clique)`,
  String.raw`\bbestätigen sie\b.{0,80}\b(?:absender|nachricht|adresse|mensch|zustell)|\bdass sie (?:ein mensch|kein (?:roboter|spammer|spam))`,
  String.raw`\b(?:confirmez|confirmer|validez|valider)\b.{0,80}\b(?:expéditeur|message|envoi|adresse|humain)|\bque vous (?:êtes|n'êtes pas) (?:bien )?(?:un |une )?(?:humain|robot|personne)`,
  String.raw`\b(?:confirme|confirmar|verifique|verificar|valide)\b.{0,80}\b(?:remitente|mensaje|correo|dirección|humano|persona)|\bque (?:es|no es|eres|usted es) (?:un |una )?(?:humano|persona|robot)`,
  '(?:送信者|差出人|本人)(?:の)?(?:認証|確認|承認)[\\p{L}、]{0,20}(?:必要|お願い|ください|クリック)|(?:確認|承認|認証)(?:の)?(?:ため|リンク|URL)[\\p{L}、]{0,20}クリック',
);

/** What mail programs of other people's complaints say that send no feedback report. */
export const complaintText = anyOf(
  String.raw`\b(?:complaint|abuse report|spam report|spam complaint)\b.{0,60}\b(?:about|against|regarding|for|from)\b`,
  String.raw`\b(?:reported|marked|flagged|identified) (?:by (?:a|the|our) (?:user|recipient|customer)s? )?as (?:spam|junk|unsolicited|abuse)`,
  String.raw`\bthis is an (?:e-?mail )?(?:abuse|spam) (?:report|complaint)`,
  String.raw`\b(?:als spam (?:gemeldet|markiert)|spam-?beschwerde)\b|\b(?:signalé|marqué) comme (?:spam|indésirable)|\b(?:marcad[oa]|denunciad[oa]|reportad[oa]) como (?:spam|no deseado)`,
  '迷惑メール(?:として)?(?:報告|申告|通報)',
);
