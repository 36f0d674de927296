/** The few words an edition says by itself. Everything else is the curator's. */
export interface Phrases {
  words(count: number, formatted: string): string;
  minutes(formatted: string): string;
  by(name: string): string;
  presentedBy(name: string): string;
  messageFrom(name: string): string;
  updated(when: string): string;
  /** Where a link's own text does not say where it goes. */
  linkTo(text: string, host: string): string;
  readonly sentTo: string;
  readonly unsubscribe: string;
  readonly preferences: string;
  readonly viewOnline: string;
  readonly image: string;
}

/** The phrases for an RFC 5646 language tag, in English where there are none. */
export function phrasesFor(language: string): Phrases {
  const [primary = 'en'] = language.toLowerCase().split('-');
  return phrases.get(primary) ?? english;
}

const english: Phrases = {
  words: (count, formatted) => `${formatted} ${count === 1 ? 'word' : 'words'}`,
  minutes: (formatted) => `${formatted} ${formatted === '1' || formatted === '½' ? 'min' : 'mins'}`,
  by: (name) => `By ${name}`,
  presentedBy: (name) => `Presented by ${name}`,
  messageFrom: (name) => `A message from ${name}`,
  updated: (when) => `Updated ${when}`,
  linkTo: (text, host) => `${text} at ${host}`,
  sentTo: 'Sent to',
  unsubscribe: 'Unsubscribe',
  preferences: 'Preferences',
  viewOnline: 'View online',
  image: 'Image',
};

const german: Phrases = {
  words: (count, formatted) => `${formatted} ${count === 1 ? 'Wort' : 'Wörter'}`,
  minutes: (formatted) => `${formatted} Min.`,
  by: (name) => `Von ${name}`,
  presentedBy: (name) => `Präsentiert von ${name}`,
  messageFrom: (name) => `Anzeige von ${name}`,
  updated: (when) => `Aktualisiert ${when}`,
  linkTo: (text, host) => `${text} bei ${host}`,
  sentTo: 'Gesendet an',
  unsubscribe: 'Abmelden',
  preferences: 'Einstellungen',
  viewOnline: 'Im Browser ansehen',
  image: 'Bild',
};

const french: Phrases = {
  words: (count, formatted) => `${formatted} ${count < 2 ? 'mot' : 'mots'}`,
  minutes: (formatted) => `${formatted} min`,
  by: (name) => `Par ${name}`,
  presentedBy: (name) => `Présenté par ${name}`,
  messageFrom: (name) => `Un message de ${name}`,
  updated: (when) => `Mis à jour ${when}`,
  linkTo: (text, host) => `${text} sur ${host}`,
  sentTo: 'Envoyé à',
  unsubscribe: 'Se désabonner',
  preferences: 'Préférences',
  viewOnline: 'Voir en ligne',
  image: 'Image',
};

const spanish: Phrases = {
  words: (count, formatted) => `${formatted} ${count === 1 ? 'palabra' : 'palabras'}`,
  minutes: (formatted) => `${formatted} min`,
  by: (name) => `Por ${name}`,
  presentedBy: (name) => `Presentado por ${name}`,
  messageFrom: (name) => `Un mensaje de ${name}`,
  updated: (when) => `Actualizado ${when}`,
  linkTo: (text, host) => `${text} en ${host}`,
  sentTo: 'Enviado a',
  unsubscribe: 'Darse de baja',
  preferences: 'Preferencias',
  viewOnline: 'Ver en línea',
  image: 'Imagen',
};

const arabic: Phrases = {
  words: (_count, formatted) => `${formatted} كلمة`,
  minutes: (formatted) => `${formatted} دقيقة`,
  by: (name) => `بقلم ${name}`,
  presentedBy: (name) => `برعاية ${name}`,
  messageFrom: (name) => `رسالة من ${name}`,
  updated: (when) => `تم التحديث ${when}`,
  linkTo: (text, host) => `${text} على ${host}`,
  sentTo: 'أُرسلت إلى',
  unsubscribe: 'إلغاء الاشتراك',
  preferences: 'التفضيلات',
  viewOnline: 'عرض في المتصفح',
  image: 'صورة',
};

const phrases: ReadonlyMap<string, Phrases> = new Map([
  ['en', english],
  ['de', german],
  ['fr', french],
  ['es', spanish],
  ['ar', arabic],
]);
