import { list } from './list.ts';
import type { Phrases } from './phrases.ts';

export const german: Phrases = {
  language: 'de',
  direction: 'ltr',

  outcomes: {
    'valid-email': 'Bitte eine gültige E-Mail-Adresse eingeben.',
    'subscription-failed': 'Anmeldung fehlgeschlagen',
    'thank-you': 'Danke für die Anmeldung!',
  },

  publication: {
    description: (name) => `${name}, morgens in Ihrem Postfach.`,
    reason: (name) => `Sie bekommen diese E-Mail, weil Sie ${name} abonniert haben.`,
    firstDigest: {
      subject: 'Unsere erste Ausgabe ist da',
      preheader: 'Was Sie von uns bekommen, und wie Sie die Redaktion erreichen',
      greeting: (name) => `Willkommen bei ${name}.`,
      lead: {
        headline: 'Ein kurzer Newsletter beginnt',
        lede: 'Wir lesen die Nachrichten, damit Sie informiert in den Tag gehen.',
        why: 'Wenige Minuten genügen, um zu wissen, was neu ist.',
      },
      brief: {
        headline: 'Schreiben Sie der Redaktion',
        lede: 'Antworten Sie auf diese E-Mail, und wir lesen, was Sie sagen.',
        why: 'Ihre Fragen zeigen uns, worum wir uns kümmern sollen.',
      },
    },
  },

  edition: {
    typography: { double: ['„', '“'], single: ['‚', '‘'], dash: '–' },
    words: (count, formatted) => `${formatted} ${count === 1 ? 'Wort' : 'Wörter'}`,
    minutes: (formatted) => `${formatted} Min.`,
    by: (name) => `Von ${name}`,
    messageFrom: (name) => `Anzeige von ${name}`,
    updated: (when) => `Aktualisiert ${when}`,
    linkTo: (text, host) => `${text} bei ${host}`,
    sentTo: 'Gesendet an',
    unsubscribe: 'Abmelden',
    preferences: 'Einstellungen',
    viewOnline: 'Im Browser ansehen',
    privacy: 'Datenschutz',
    contents: 'In dieser Ausgabe:',
    feedback: {
      question: 'Wie war diese Ausgabe?',
      answers: { good: 'Gut', fair: 'Geht so', poor: 'Nichts für mich' },
    },
    forwarded: 'Wurde Ihnen diese Mail weitergeleitet?',
    forwardedSignup: (name) => `${name} abonnieren`,
    image: 'Bild',
    vagueLinks: list(
      'hier,klick,klick hier,klicken sie hier,hier klicken,klicke hier,dieser link,link,diese seite,mehr,mehr dazu,lesen,details,info,mehr infos,mehr informationen,website,webseite,quelle,artikel,öffnen,ansehen,anhören,herunterladen',
    ),
    goDeeper: list('weiterlesen,mehr lesen,mehr erfahren,weiter,hier weiterlesen,jetzt lesen,zum artikel'),
    whyItMatters: list('Warum das wichtig ist,Warum es wichtig ist,Was das bedeutet'),
    leadIns: list(
      'Das große Bild,Zwischen den Zeilen,Was passiert ist,In Zahlen,Wie es weitergeht,Ja aber,Unterm Strich,Was sie sagen,Der Hintergrund,Im Hintergrund,Die Gegenseite,Im Detail,Das Neueste,Mehr dazu,So funktioniert es,Was zu beachten ist,Was wir beobachten',
    ),
    fillers: list(
      'eigentlich,quasi,sozusagen,irgendwie,grundsätzlich,im Prinzip,letztendlich,letzten Endes,ja auch,durchaus,aufgrund der Tatsache dass,zum jetzigen Zeitpunkt,in keiner Weise',
    ),
    kicker: {
      counts: list('ein,eine,zwei,drei,vier,fünf,sechs,sieben,acht,neun,zehn'),
      manners: list(
        'große,großes,großer,grosse,kleine,kleines,gute,gutes,schöne,schönes,kurze,kurzer,letzte,letztes,weitere,neue,schnelle',
      ),
      things: list('sache,sachen,ding,dinge'),
      kinds: list(
        'thema,themen,zahl,zahlen,grafik,grafiken,bild,bilder,foto,fotos,zitat,zitate,frage,fragen,idee,ideen,karte,karten,meldung,meldungen,link,links,tipp,tipps,fakt,fakten,geschichte,geschichten,lesetipp,lesetipps',
      ),
      endings: list('zum schluss,zum mitnehmen,zum wochenende,zum lesen,für heute'),
    },
  },

  mails: {
    latest: 'Die neueste Ausgabe',
    confirm: ({ name, description }) => ({
      subject: `Bitte bestätigen: ${name}`,
      preheader: 'Ein Klick, und Sie sind dabei.',
      heading: `Bestätigen Sie Ihre Anmeldung für ${name}`,
      paragraphs: [
        `Jemand hat ${name} mit dieser Adresse abonniert. ${description}`,
        'Wenn Sie das waren, bestätigen Sie die Anmeldung innerhalb einer Woche:',
      ],
      button: 'Ja, abonnieren',
      note: 'Das waren nicht Sie? Dann ignorieren Sie diese E-Mail, und Sie hören nicht mehr von uns.',
    }),
    welcome: ({ name, description }) => ({
      subject: `Willkommen bei ${name}`,
      preheader: 'Ihre Anmeldung ist abgeschlossen.',
      heading: `Willkommen bei ${name}`,
      paragraphs: [`Ihre Anmeldung ist abgeschlossen. ${description}`],
      button: 'Einstellungen ändern',
      note: 'Dort können Sie jederzeit pausieren oder sich abmelden. Den Link enthält auch jede Ausgabe.',
    }),
    manage: ({ name }) => ({
      subject: `Ihre Daten bei ${name}`,
      preheader: 'Der Link, den Sie angefordert haben.',
      heading: 'Ihre Daten',
      paragraphs: [
        `Sie haben dies über einen Link in einer Ihrer E-Mails angefordert. Sehen Sie die Daten ein, die ${name} über Sie speichert, laden Sie sie herunter oder löschen Sie sie. Der Link gilt 24 Stunden.`,
      ],
      button: 'Meine Daten ansehen',
      note: 'Sie haben das nicht angefordert? Dann ignorieren Sie diese E-Mail.',
    }),
  },

  pages: {
    newsletters: 'Newsletter',
    noNewsletters: 'Hier gibt es noch keinen Newsletter.',
    email: 'E-Mail-Adresse',
    howWeUseIt: 'Wozu wir sie nutzen',
    privacy: 'Was wir mit Ihrer Adresse tun',
    comma: ', ',
    subscribe: 'Anmelden',
    working: 'Einen Moment ...',
    leaveEmpty: 'Bitte leer lassen',
    leaveAnyTime: 'Mit einem Klick abbestellt.',
    checkInbox: 'Sind Sie neu, ist eine E-Mail unterwegs. Bestätigen Sie mit dem Knopf darin.',
    tryLater: (address) => `Versuchen Sie es später, oder schreiben Sie an ${address}.`,
    oneMoreStep: 'Noch ein Klick, und Sie sind dabei.',
    latest: 'Die neueste Ausgabe',
    readIt: (minutes) =>
      minutes === ''
        ? 'Lesen'
        : `Lesen, ${minutes} ${minutes === '1' || minutes === '½' ? 'Minute' : 'Minuten'}`,
    archive: 'Alle Ausgaben',
    noEditions: 'Noch keine Ausgaben.',
    olderEditions: 'Ältere Ausgaben',
    newestEditions: 'Die neuesten Ausgaben',
    corrected: (when) => `Korrigiert: ${when}`,
    withdrawnTitle: 'Diese Ausgabe wurde zurückgezogen',
    withdrawnText: (name, when) => `${name} hat diese Ausgabe zurückgezogen: ${when}.`,
    getItByMail: 'Per E-Mail erhalten',
    everyDay: 'täglich',
    weekdays: 'Montag bis Freitag',
    when: (days, time, zone) => `${days} um ${time} Uhr, ${zone}`,
    onDay: (day) => `am ${day}`,
    dayAt: (day, time) => `${day} um ${time} Uhr`,
    momentInZone: (moment, zone) => `${moment}, ${zone}`,
    nextOne: (moment) => `Die nächste kommt ${moment}.`,
    nextEdition: (moment) => `Die nächste Ausgabe kommt ${moment}.`,

    thisNewsletter: 'dieser Newsletter',
    confirmTitle: 'Anmeldung bestätigen',
    confirmText: (name, when) =>
      `Ein Klick auf den Knopf, und „${name}“ kommt in Ihr Postfach${when === '' ? '' : `: ${when}`}.`,
    latestRightAway: 'Die neueste Ausgabe kommt sofort.',
    confirmButton: 'Ja, anmelden',
    confirmNote: 'Sie haben das nicht verlangt? Schließen Sie die Seite, und nichts geschieht.',
    confirmedTitle: 'Sie sind angemeldet',
    confirmedText: (name) => `Ihre Anmeldung für „${name}“ ist bestätigt.`,
    latestOnItsWay: 'Die neueste Ausgabe ist auf dem Weg zu Ihnen.',
    setUp: 'Name und Zeitzone angeben',
    nothingConfirmed: 'Es wurde nichts bestätigt.',
    confirmFailed:
      'Der Link ist älter als eine Woche, oder ein Teil von ihm fehlt. Melden Sie sich noch einmal an, und wir senden Ihnen einen neuen.',
    signUpAgain: 'Noch einmal anmelden',

    unsubscribe: 'Abmelden',
    leaveTitle: (name) => `„${name}“ abbestellen?`,
    leaveText: 'Sie erhalten keine Ausgaben mehr.',
    awayForAWhile: 'Eine Weile nicht da?',
    pauseInstead: 'Stattdessen Pause machen',
    leftTitle: 'Sie sind abgemeldet',
    leftText: (name) => `Sie erhalten „${name}“ nicht mehr.`,
    leftHint: 'Eine Ausgabe, die schon unterwegs ist, kann heute noch ankommen.',
    undo: 'Rückgängig machen',
    undoText: 'Versehentlich abgemeldet?',
    undoUntil: (moment) => `Das geht bis ${moment}, und nur auf dieser Seite.`,
    undone: 'Sie sind wieder angemeldet',
    undoFailed: 'Das lässt sich hier nicht mehr rückgängig machen.',
    subscribeAgain: 'Wieder anmelden',
    nothingChanged: 'Es hat sich nichts geändert.',
    leaveFailed: (address) =>
      address === ''
        ? 'Ein Teil des Links fehlt. Öffnen Sie die neueste Ausgabe und nutzen Sie den Link an ihrem Ende.'
        : `Ein Teil des Links fehlt. Öffnen Sie die neueste Ausgabe und nutzen Sie den Link an ihrem Ende, oder schreiben Sie an ${address}, und wir melden Sie ab.`,

    preferences: 'Ihre Einstellungen',
    name: 'Name',
    nameHint: 'Ausgaben können Sie damit begrüßen. Darf leer bleiben.',
    timeZone: 'Zeitzone',
    noTimeZone: 'Wie der Newsletter',
    useMyTimeZone: 'Meine Zeitzone',
    comesWhereYouAre: (name, time) => `„${name}“ kommt bei Ihnen um ${time} Uhr.`,
    comesInZone: (name, time, zone) => `„${name}“ kommt um ${time} Uhr, ${zone}.`,
    byConfirmation: 'Zur Bestätigung senden wir eine E-Mail.',
    pauseUntil: 'Pause bis',
    pauseHint: 'Der erste Tag, an dem wieder Post kommt. Leer lassen für keine Pause.',
    save: 'Speichern',
    savedAt: (time) => `Gespeichert um ${time} Uhr`,
    zoneNotSaved: 'Nichts gespeichert: Wählen Sie eine Zeitzone aus der Liste.',
    pauseNotSaved: 'Nichts gespeichert: Wählen Sie einen Tag innerhalb eines Jahres.',
    stop: 'Abbestellen',
    stopText: 'Zum Abmelden genügt ein Klick, und einen Tag lang lässt es sich rückgängig machen.',

    yourData: 'Was wir über Sie speichern',
    dataText:
      'Sie können es herunterladen oder löschen lassen. Den Link dazu senden wir nur in Ihr eigenes Postfach, damit ihn niemand sonst nutzen kann.',
    dataButton: 'Link per E-Mail schicken',
    dataSent: 'Der Link ist auf dem Weg in Ihr Postfach.',
    manageText: (address) => `Die Daten, die wir zu ${address} speichern.`,
    download: 'Meine Daten herunterladen',
    eraseTitle: 'Meine Daten löschen',
    eraseText:
      'Sie erhalten keine E-Mails mehr. Wir behalten nur einen unlesbaren Code, der neue E-Mails an Sie verhindert.',
    eraseButton: 'Alles löschen ...',
    eraseSure: (address) => `Alle Daten zu ${address} löschen? Das lässt sich nicht rückgängig machen.`,
    eraseConfirm: 'Ja, alles löschen',
    goBack: 'Nein, zurück',
    erased: 'Ihre Daten wurden gelöscht',
    erasedText: 'Sie erhalten keine E-Mails mehr von uns.',

    notFound: 'Seite nicht gefunden',
    notFoundText: 'Unter dieser Adresse gibt es keine Seite.',
    deadLink: 'Dieser Link funktioniert nicht',
    deadLinkText: 'Der Link ist abgelaufen oder unvollständig. Nutzen Sie den Link in Ihrer neuesten E-Mail.',
    refused: 'Das hat nicht funktioniert',
    refusedText: 'Diese Seite akzeptiert die Anfrage nicht.',
    failed: 'Etwas ist schiefgegangen',
    failedText: 'Das lag an uns. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
    toFrontPage: 'Zur Startseite',
  },
};
