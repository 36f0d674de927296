import type { StateColumn } from './export-formats.ts';

/**
 * Parts of column names that speak of a state, in English, German, French, Spanish, Italian, Portuguese,
 * Dutch, Polish, Russian, Japanese and Chinese, without accents.
 * Such a column is asked about unless all of its values are understood.
 */
const stateParts =
  /statu[st]|consen[st]|situac|toestemming|zgoda|статус|подписк|рассылк|状態|状态|配信|購読|订阅|emailpreference|einwilligung|zustimmung|permission|opt(?:ed)?in|subscribed|subscriptionstate|(?:accept|receiv|want|agree|allow)\w*(?:marketing|news|mail)/u;

/** The same for names that speak of having left, or of being refused. */
const leavingParts =
  /unsub|opt(?:ed)?out|donot|dont(?:contact|mail|email)|no(?:marketing|mailing|emails|newsletter)|cancell?ed|cancellation|removed|deleted|trashed|bounce|complain|blacklist|blocklist|suppress|revoked|withdrawn|listenoire|listanegra|listanera|descadastr|uitgeschreven|afgemeld|afmeld|opgezegd|wypis|rezygnac|отпис|退会|停止|退订|abgemeldet|abmeld|abbestell|ausgetragen|gek(?:u|ue)ndigt|k(?:u|ue)ndigung|gel(?:o|oe)scht|gesperrt|widerruf|widerspr|desabonn|desinscri|supprime|resili|bloque|desuscri|eliminad|borrado|cancelad|bloquead|revocad|disiscri|disiscritt|cancellat|eliminat|bloccat|revocat/u;

/** Whole names of the same meaning, whose words mean other things inside longer names. */
const wholeNames: ReadonlySet<string> = new Set(
  [
    'subscription subscriptions left ended quit lapsed churned invalid isinvalid emailinvalid invalidemail',
    'active isactive inactive enabled isenabled disabled isdisabled confirmed isconfirmed verified isverified',
    'emailverified emailconfirmed subscribe newsletter newsletters mailinglist marketing marketingemail',
    'marketingemails emailmarketing blocked isblocked banned isbanned',
    'zustand aktiv istaktiv inaktiv bestatigt bestaetigt abonniert angemeldet austritt newsletterabo',
    'newsletteranmeldung',
    'etat actif inactif abonne inscrit confirme infolettre',
    'activo inactivo suscrito inscrito confirmado baja debaja dadodebaja boletin',
    'attivo inattivo iscritto confermato',
  ].flatMap((names) => names.split(' ')),
);

/** Words of names of the same meaning, that are parts of other words too. */
const leavingWords: ReadonlySet<string> = new Set('left ended quit lapsed churned terminated'.split(' '));

/** Values that say so in a column whose name does not: a tag, a group, a remark. */
const leavingValues =
  /unsubscri|opt(?:ed)?out|bounced|hardbounce|undeliverable|complained|blacklist|blocklist|suppress|donot(?:mail|email|contact)|abgemeldet|abbestellt|ausgetragen|desabonn|desinscri|desuscri|dadodebaja|disiscri|descadastr|uitgeschreven|afgemeld|wypisan|отписа|退会|配信停止|退订|^(?:invalid|baja|removed|unsub)$/u;

/** Longer values are texts or addresses of pages. */
const maxValueLength = 60;

/** Another channel than email. */
const otherChannel = /sms|whatsapp|phone|telefon|push|fax|viber/u;

/** Says when, how or from where, not whether. */
const detailWords = new Set(
  'at on by am le ip source url link token hash method text title campaign count id'.split(' '),
);
const timeParts = /(?:date|time|datum|timestamp|fecha|data)$|^(?:date|time|datum|fecha|data)/u;

/** Names of places that end in the word for a state. */
const postalPlaces =
  /(?:city|town|zip|zipcode|zippostalcode|postcode|postalcode|country|street|address|address1|ort|plz|ville|ciudad|pais|citta|cap|provincia|region)$/u;

/**
 * Returns true if a column's name says that it shows a state, though no system is known that has it.
 *
 * @param names all columns of the file, simplified: "state" next to a city is a part of an address
 */
export function suggestsState(header: string, names: readonly string[]): boolean {
  const name = fold(header);
  if (otherChannel.test(name)) return false;
  if (/(?:state|estado|stato)$/u.test(name)) return !isPostal(name, names);
  if (saysLeaving(header)) return !saysDetail(header) || saysTime(header);
  return (stateParts.test(name) || wholeNames.has(name)) && !saysDetail(header);
}

/** The reading of a column that says when a subscriber left: a filled cell means that they did. */
export function leavingTime(header: string): StateColumn | undefined {
  const name = fold(header);
  if (!saysLeaving(header) || !saysTime(header)) return undefined;
  const isDeletion = /removed|deleted|trashed|gel(?:o|oe)scht|supprime|eliminad|borrado|eliminat/u.test(name);
  return { filled: isDeletion ? 'left-out' : 'unsubscribed', empty: 'active' };
}

/** Returns true if a value says that a subscriber opted out, whatever its column is called. */
export function suggestsOptOut(value: string): boolean {
  return value.length <= maxValueLength && !value.includes('/') && leavingValues.test(fold(value));
}

function saysLeaving(header: string): boolean {
  return leavingParts.test(fold(header)) || wordsOf(header).some((word) => leavingWords.has(word));
}

function isPostal(name: string, names: readonly string[]): boolean {
  const prefix = name.replace(/(?:state|estado|stato)$/u, '');
  return names.some((other) => other !== name && other.startsWith(prefix) && postalPlaces.test(fold(other)));
}

function saysDetail(header: string): boolean {
  const last = wordsOf(header).at(-1) ?? '';
  return detailWords.has(last) || saysTime(header);
}

function saysTime(header: string): boolean {
  const words = wordsOf(header);
  return ['at', 'on', 'am', 'le'].includes(words.at(-1) ?? '') || timeParts.test(fold(header));
}

function wordsOf(header: string): readonly string[] {
  return header
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .map(fold)
    .filter((word) => word !== '');
}

/** In lower case, with letters and digits only, and without accents. */
function fold(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
