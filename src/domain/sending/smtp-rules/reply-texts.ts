/** Texts of SMTP replies that decide their class, as data for the rules. All ignore case. */

/** Joins regular expressions to one that matches any of them. */
function anyOf(...alternatives: readonly string[]): RegExp {
  return new RegExp(alternatives.map((text) => `(?:${text})`).join('|'), 'iu');
}

/** The same, but not for texts that `excluded` matches. */
function anyOfBut(excluded: string, ...alternatives: readonly string[]): RegExp {
  return new RegExp(`^(?!.*(?:${excluded})).*(?:${anyOf(...alternatives).source})`, 'isu');
}

export const relayDenied = anyOf(
  String.raw`\brelay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited|forbidden|refused)`,
  String.raw`\bunable to relay\b`,
  String.raw`\bnot (?:permitted|allowed|authori[sz]ed) to relay\b`,
  String.raw`\b(?:do not|don't|will not|won't|cannot) relay\b`,
  String.raw`\bno relaying\b`,
  String.raw`\bclient host rejected: access denied\b`,
  String.raw`\ballowed rcpthosts\b`,
);

export const authenticationRequired = anyOf(
  String.raw`\bauth(?:entication|orization)? (?:is )?(?:required|needed|first)\b`,
  String.raw`\bmust (?:first )?(?:authenticate|log ?in|issue a starttls)`,
  String.raw`\bnot (?:been )?(?:authenticated|logged in)\b`,
  String.raw`\bplease (?:first )?(?:authenticate|log ?in)\b`,
  String.raw`\bauthenticat(?:e|ion) (?:before|to send)\b`,
);

/** What a quota of the sender may be called; a recipient's is a mailbox quota. */
const period = String.raw`(?:hourly|daily|weekly|monthly|per[- ](?:minute|hour|day|week|month))`;
const quota = String.raw`(?:limit|quota|credits?|allowance|cap)`;
const used = String.raw`(?:exceed(?:ed|s)?|reached|used up|exhausted|is over)`;
const mine = String.raw`(?:sending|outgoing|outbound|submission|send|sender|account|plan|your)`;

export const quotaUsed = anyOfBut(
  String.raw`\bmailbox|\brecipient(?! address)|\breceiv(?:ed|ing)\b|\bmessage size\b`,
  String.raw`\b${period}\b.{0,40}\b${quota}\b.{0,30}\b${used}\b`,
  String.raw`\b${used}\b.{0,40}\b${period}\b.{0,40}\b${quota}\b`,
  String.raw`\b${used}\b.{0,20}\bmax(?:imum)?(?: number of)? (?:defers and failures|e?-?mails?|messages)\b.{0,20}\b${period}\b`,
  String.raw`\b${mine}\b.{0,20}\b${quota}\b.{0,30}\b${used}\b`,
  String.raw`\b${used}\b.{0,20}\b${mine}\b.{0,20}\b${quota}\b`,
  String.raw`\b(?:maximum|insufficient|not enough|out of|no) credits?\b`,
  String.raw`QuotaExceededException`,
);

export const senderNotAllowed = anyOf(
  String.raw`\b(?:address|domain|identit(?:y|ies)|sender) (?:is |are |was |has )?not (?:been )?(?:a )?verified\b`,
  // Postfix says so of recipients too, while it asks their server.
  String.raw`(?<!\brecipient address rejected: )\bunverified (?:sender|domain|address|identity)\b`,
  String.raw`\bunauthenticated senders? not allowed\b`,
  String.raw`\bnot a sender signature\b`,
  String.raw`\bnot authori[sz]ed to perform 'ses:`,
  String.raw`\bnot (?:a|match(?:es)? a|match the) verified sender\b`,
  String.raw`\bidentities failed the check\b`,
  String.raw`\bsend ?as ?denied\b`,
  String.raw`\bnot (?:allowed|permitted|authori[sz]ed) to send(?:: | (?:as|from|mail|e-?mail|on behalf)\b)`,
  String.raw`\bsender (?:verify|verification|callout) (?:failed|error)\b`,
  String.raw`\bsender (?:address |domain )?(?:rejected|refused|denied|not (?:allowed|permitted|accepted))\b`,
  String.raw`\bfrom (?:address|header|domain)\b.{0,30}\b(?:not (?:allowed|permitted|authori[sz]ed)|does(?: not|n't) match)\b`,
);

export const accountSuspended = anyOf(
  String.raw`\bunusual sending activity\b`,
  String.raw`\bsuspicious (?:sending )?activity\b`,
  String.raw`\bOutboundSpamException\b`,
  String.raw`\bsending (?:is |was )?(?:paused|suspended|disabled) for (?:this|your) account\b`,
  String.raw`\baccount is not (?:yet )?(?:activated|approved|active)\b`,
  String.raw`\b(?:your|sending|sender'?s?) (?:\w+ )?(?:account|domain|plan|subscription)\b.{0,30}\b(?:suspended|disabled|blocked|locked|restricted|paused|expired|terminated)\b`,
  String.raw`\boutgoing (?:mail|e-?mail|messages?)\b.{0,40}\b(?:blocked|disabled|suspended|not allowed)\b`,
);

export const heloRefused = anyOf(
  String.raw`\b(?:helo|ehlo)\b.{0,40}\b(?:rejected|refused|denied|invalid|required|impersonating|fully-qualified|not found)\b`,
  String.raw`\b(?:bad|invalid|forged|fake|your) (?:helo|ehlo)\b`,
  String.raw`\bcannot find your (?:reverse )?(?:hostname|dns)\b`,
  String.raw`\b(?:no|missing|invalid|without) (?:ptr|reverse dns|rdns)\b`,
  String.raw`\bptr record\b`,
);

export const tooBig = anyOf(
  String.raw`\bmessage (?:size|length) (?:exceeds|exceeded|too|is too|limit)`,
  String.raw`\bmessage exceed(?:s|ed) (?:the )?(?:\w+ )?size\b`,
  String.raw`\bmessage (?:is )?too (?:large|big|long)\b`,
  String.raw`\b(?:max(?:imum)?|fixed) message size\b`,
);

export const relayOutOfSpace = anyOf(
  String.raw`\binsufficient (?:system|disk) (?:storage|space|resources)\b`,
  String.raw`\bspace shortage\b`,
  String.raw`\bqueue file write error\b`,
  String.raw`\b(?:disk|spool|queue) (?:is )?full\b`,
  String.raw`\bout of (?:memory|disk)\b`,
);

export const rateLimited = anyOf(
  String.raw`\btoo many (?:messages|e-?mails?|mails?|recipients|(?:concurrent |simultaneous )?(?:connections|sessions)|requests|errors)\b`,
  String.raw`\bconcurrent (?:connections?|sessions?)\b`,
  String.raw`\bthrottl(?:ed|ing)\b`,
  String.raw`\brate[- ]?limit`,
  String.raw`\b(?:sending|message|mail) rate\b`,
  String.raw`\bslow down\b`,
  String.raw`\btoo much mail\b`,
);

/** A limit of the relay, said about the sender. */
export const senderTooFast = anyOf(
  String.raw`\bsender address rejected: .{0,40}\b(?:rate[- ]?limit|too (?:many|much)\b)`,
);

/** Names of blocklists and reputation services. */
export const namedBlocklist = anyOf(
  'spamhaus|spamcop|barracuda|sorbs|uceprotect|invaluement|abusix|cloudmark|senderscore|proofpoint dynamic|mailspike',
  String.raw`\b(?:rbl|dnsbl)\b`,
  String.raw`\bblock ?list|\bblack ?list|\bdeny ?list`,
  String.raw`\b(?:poor|bad|low) reputation\b`,
  String.raw`\bS3140\b|\bS3150\b`,
  // Outlook, Orange, GMX.
  String.raw`\bmessages from .{0,40}\bweren't sent\b|\bOFR_?50[67]\b|\breject(?:ed)? due to policy restrictions\b`,
  String.raw`\bipcheck\.proofpoint\b|\btosa@rx\b|\bblock for spam\b`,
);

/** What filters say about spam and blocked addresses. */
export const blocked = anyOf(
  String.raw`\b(?:banned|blocked) (?:sending |sender |client )?(?:ip|host|address)\b`,
  String.raw`\b(?:ip|host|network|domain) .{0,40}\b(?:blocked|banned|(?<!\bnot )listed)\b`,
  // An address that is not in a directory is a recipient's; one that is on a list is ours.
  String.raw`\baddress .{0,40}\b(?:blocked|banned|(?<!\bnot )listed (?:by|on|at|in (?:the |an? )?(?:\S+ )?(?:list|database)))\b`,
  String.raw`\b(?:as|is|be|like|contains|considered|detected|suspected|possible|probable|likely) (?:an? )?spam\b`,
  String.raw`\bspam (?:message|mail|content|detected|rejected|score|filter|policy|url|link)\b`,
  String.raw`\bunacceptable content\b|\bcontent (?:was )?(?:rejected|not accepted|restrictions?)\b`,
  String.raw`\bunsolicited (?:bulk )?(?:e-?)?(?:mail|messages?)\b`,
  String.raw`^(?:5\.7\.\d+ )?(?:\S+ )?listed\b`,
);

/** Not if the text blames the sender. Also in German, French, Spanish, Italian and Polish. */
export const unknownUser = anyOfBut(
  String.raw`\bsender\b`,
  String.raw`(?:user|recipient|mailbox|account|address)\b.{0,60}\bnot listed\b`,
  String.raw`(?:user|recipient|mailbox|account|address)\s+(?:is\s+)?(?:unknown|not\s+found|invalid)`,
  String.raw`no\s+such\s+(?:user|recipient|mailbox|person|address|account)`,
  String.raw`unknown\s+(?:user|recipient|mailbox|local\s*part)`,
  String.raw`(?:user|recipient|mailbox|account|address)\s+(?:does\s+not|doesn't)\s+exist`,
  String.raw`(?:no|not\s+have)\s+a?\s*mailbox\s+here`,
  String.raw`invalid\s+(?:recipient|mailbox)`,
  String.raw`doesn't\s+have\s+an?\s+\S+\s+account`,
  String.raw`unroute?able\s+address`,
  String.raw`\b(?:benutzer|empf(?:ä|ae)nger|postfach|adresse) (?:ist )?(?:unbekannt|nicht bekannt|existiert nicht)`,
  String.raw`\b(?:utilisateur|destinataire|adresse|bo[iî]te) (?:\w+ )?(?:inconnue?|inexistante?)\b|\bn'existe pas\b`,
  String.raw`\b(?:usuario|destinatario|buz[oó]n|cuenta) (?:desconocid[oa]|inexistente|no existe)\b`,
  String.raw`\b(?:indirizzo|destinatario|utente) (?:inesistente|sconosciuto|errato)\b`,
  String.raw`\bnie ma takiego (?:konta|u[zż]ytkownika|adresu)\b`,
);

/** Postfix's words before what a table or a policy service says about a recipient. */
export const recipientUnknown =
  /\brecipient address rejected: .*(?:unknown|no such|does(?: not|n't) exist|not found|not listed)/iu;

/** The whole of what a receiver says of a recipient under a code for policies: words that name no sender. */
export const onlyUnknown =
  /^(?:5\.7\.1 )?(?:<\S+>:? ?)?(?:sorry, )?(?:no (?:such )?(?:user|recipient|mailbox|account)|(?:user|recipient|mailbox) (?:is )?(?:unknown|not found)|unknown (?:user|recipient|mailbox))(?: here)?(?: by that name)?[.!]?(?: \(#5\.7\.1\))?$/iu;

/** Says where mail may not come from: the address of the recipient is not to blame, whatever the code. */
export const originRefused = anyOf(
  String.raw`\b(?:connections?|mail|messages?|e-?mails?|traffic|clients?|hosts?|senders?)\b.{0,20}\bfrom\b.{0,60}\b(?:not (?:be )?(?:accepted|allowed|permitted|welcome|wanted)|refused|denied|rejected|blocked|banned|prohibited)\b`,
  String.raw`\b(?:not accept(?:ed|ing)?|refus(?:ed|ing)|den(?:ied|ying)|reject(?:ed|ing)|block(?:ed|ing)|ban(?:ned)?)\b.{0,20}\b(?:connections?|mail|messages?|e-?mails?|traffic)\b.{0,20}\bfrom (?:your|this|the|\[?\d)`,
  String.raw`\byour (?:ip(?: address)?|network|country|region|provider|isp|server|mail ?server|host|domain)\b.{0,60}\b(?:not (?:accepted|allowed|permitted|welcome|trusted)|refused|denied|rejected|blocked|banned|listed|prohibited)\b`,
);

/** Words that blame the address itself. */
const blamesAddress = String.raw`\bunknown\b|\bno (?:such|mailbox|account|user)\b|\b(?:does ?n[o']t|do(?:es)? not|did not) exist|\bnot (?:be )?(?:found|known|exist|valid|recogni[sz]ed|present|a (?:valid|known))\b|\binvalid (?:recipient|mailbox|address|user|e-?mail)|\bunroute?able\b|\bundeliverable\b|\bno longer\b|\bbad destination\b`;

/** What a code that blames the address says of a message, a filter or a rule instead. */
export const blamesElsewhere = anyOfBut(
  blamesAddress,
  String.raw`\b(?:polic(?:y|ies)|content|scanner|filter(?:ed|s)?|virus|malware|scores?|reputation|spam|phishing|tls|starttls|encrypt\w*|spf|dkim|dmarc|authenticat\w*|quarantin\w*|white-?list\w*|allow-?list\w*)\b`,
  String.raw`\b(?:internal|external|outside|local) (?:mail|e-?mail|messages?|senders?|use|users|hosts?|networks?)\b|\b(?:members|subscribers|employees|staff|internal) only\b`,
  String.raw`\b(?:message|mail|e-?mail|connection|sender|client|host) (?:was |is |has been )?(?:refused|rejected|blocked|denied|discarded|not accepted)\b`,
);

/** What a code for a final refusal says of a failure that passes. */
export const passes = anyOfBut(
  blamesAddress,
  String.raw`\b(?:try|come back|send|retry)(?: it| this| your message)? (?:again|later|tomorrow)\b|\bagain (?:later|tomorrow|in (?:a|an|\d))|\bat (?:this|the) (?:time|moment)\b|\btomorrow\b|\bfor now\b`,
  String.raw`\b(?:being|is) (?:moved|migrated|upgraded|restored)\b|\b(?:under|for|in|due to) maintenance\b|\btemporar(?:y|ily)\b`,
);

export const closedMailbox =
  /(?:mailbox|account|user)\s+(?:is\s+|has\s+been\s+)?(?:disabled|deactivated|inactive|suspended|closed)/iu;

export const recipientClosed = new RegExp(
  `\\brecipient address rejected: .*(?:${closedMailbox.source})`,
  'iu',
);

export const mailboxFull = anyOf(
  String.raw`\bmailbox (?:<\S+> )?(?:is )?full\b`,
  String.raw`\b(?:recipient|user|mailbox)(?:'s)? (?:has )?(?:storage|(?:exceeded|exhausted) (?:\w+ ){0,3}(?:storage|quota|space))\b`,
  String.raw`\btoo many messages on the server\b`,
  String.raw`\b(?:is |^|: )over quota\b`,
  String.raw`\bexceeded storage allocation\b`,
);

export const mailboxBusy = anyOf(
  String.raw`\breceiving (?:mail|messages) (?:too quickly|at a rate)`,
  String.raw`\b(?:user|recipient|mailbox) .{0,40}too (?:many messages(?! on the server)|quickly)`,
  String.raw`\bmailbox (?:is )?busy\b`,
  String.raw`\brecipient thread limit\b`,
  String.raw`\brecipient has exceeded (?:their|its|his|her|the) limit\b`,
);
