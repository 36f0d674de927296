import { list } from './list.ts';
import type { Phrases } from './phrases.ts';

export const italian: Phrases = {
  language: 'it',
  direction: 'ltr',

  outcomes: {
    'valid-email': 'Inserisci un indirizzo email valido.',
    'subscription-failed': 'Iscrizione non riuscita',
    'thank-you': 'Grazie per esserti iscritto!',
  },

  publication: {
    description: (name) => `${name}, ogni mattina nella tua casella.`,
    reason: (name) => `Ricevi questa email perché sei iscritto a ${name}.`,
    firstDigest: {
      subject: 'La nostra prima edizione è qui',
      preheader: 'Che cosa ricevi da noi e come scrivere alla redazione',
      greeting: (name) => `Ti diamo il benvenuto in ${name}.`,
      lead: {
        headline: 'Comincia una newsletter breve',
        lede: 'Leggiamo le notizie perché tu cominci la giornata informato.',
        why: 'Bastano pochi minuti per sapere che cosa c’è di nuovo.',
      },
      brief: {
        headline: 'Scrivi alla redazione',
        lede: 'Rispondi a questa email e leggeremo quello che dici.',
        why: 'Le tue domande ci dicono che cosa cercare dopo.',
      },
    },
  },

  edition: {
    typography: {
      double: ['“', '”'],
      single: ['‘', '’'],
      dash: '–',
      clipped: [],
    },
    words: (count, formatted) => `${formatted} ${count === 1 ? 'parola' : 'parole'}`,
    minutes: (formatted) => `${formatted} min`,
    by: (name) => `Di ${name}`,
    messageFrom: (name) => `Un messaggio di ${name}`,
    updated: (when) => `Aggiornato ${when}`,
    comma: ', ',
    linkTo: (text, host) => `${text} su ${host}`,
    sentTo: 'Inviato a',
    unsubscribe: 'Annulla iscrizione',
    preferences: 'Preferenze',
    viewOnline: 'Leggi online',
    privacy: 'Informativa privacy',
    contents: 'In questo numero:',
    feedback: {
      question: 'Com’è stata questa edizione?',
      answers: { good: 'Bella', fair: 'Così così', poor: 'Non fa per me' },
    },
    forwarded: 'Ti hanno inoltrato questa email?',
    forwardedSignup: (name) => `Iscriviti a ${name}`,
    image: 'Immagine',
    vagueLinks: list(
      'qui,clicca,clicca qui,fai clic qui,premi qui,questo link,link,questa pagina,più,altro,leggi,dettagli,info,più info,più informazioni,sito,sito web,fonte,articolo,apri,guarda,ascolta,scarica',
    ),
    goDeeper: list(
      'leggi tutto,leggi di più,continua a leggere,continua,scopri di più,approfondisci,per saperne di più',
    ),
    whyItMatters: list('Perché è importante,Perché conta,Cosa significa'),
    leadIns: list(
      "Il quadro generale,Tra le righe,La notizia,In numeri,Cosa succede ora,Sì ma,In breve,Cosa dicono,Il contesto,L'altra parte,Nel dettaglio,Le ultime,Come funziona,Da tenere d'occhio",
    ),
    fillers: list(
      'in realtà,praticamente,sostanzialmente,in qualche modo,a livello di,in termini di,il fatto che,va detto che,al fine di,allo stato attuale',
    ),
    kicker: {
      counts: list('un,una,uno,due,tre,quattro,cinque,sei,sette,otto,nove,dieci'),
      manners: list(
        'grande,grandi,piccola,piccole,piccolo,piccoli,bella,belle,buona,buone,ultima,ultimo,ultime,altra,altro,altre,altri,breve,brevi',
      ),
      things: list('cosa,cose'),
      kinds: list(
        'tema,temi,numero,numeri,cifra,cifre,grafico,grafici,foto,immagine,immagini,citazione,citazioni,domanda,domande,idea,idee,mappa,mappe,link,lettura,letture,storia,storie,notizia,notizie,fatto,fatti',
      ),
      endings: list('per finire,per il viaggio,da leggere,da sapere,per il fine settimana'),
    },
  },

  mails: {
    latest: 'Ultima edizione',
    confirm: ({ name, description }) => ({
      subject: `Conferma l’iscrizione: ${name}`,
      preheader: 'Un clic e sei dei nostri.',
      heading: `Conferma la tua iscrizione a ${name}`,
      paragraphs: [
        `Qualcuno ha usato questo indirizzo per iscriversi a ${name}. ${description}`,
        'Se sei stato tu, conferma entro una settimana:',
      ],
      button: 'Sì, iscrivimi',
      note: 'Non sei stato tu? Ignora questa email: non ti scriveremo più.',
    }),
    welcome: ({ name, description }) => ({
      subject: `Ti diamo il benvenuto: ${name}`,
      preheader: 'Iscrizione confermata.',
      heading: `Ti diamo il benvenuto in ${name}`,
      paragraphs: [`La tua iscrizione è confermata. ${description}`],
      button: 'Gestisci le preferenze',
      note: 'Da lì puoi fare una pausa o annullare l’iscrizione quando vuoi. Il link è anche in ogni edizione.',
    }),
    manage: ({ name }) => ({
      subject: `I tuoi dati presso ${name}`,
      preheader: 'Il link che hai chiesto.',
      heading: 'I tuoi dati',
      paragraphs: [
        `L’hai chiesto con un link di una delle tue email. Consulta, scarica o cancella i dati che ${name} conserva su di te. Il link vale 24 ore.`,
      ],
      button: 'Vedi i miei dati',
      note: 'Non l’hai chiesto tu? Ignora questa email.',
    }),
  },

  pages: {
    newsletters: 'Newsletter',
    noNewsletters: 'Qui non ci sono ancora newsletter.',
    email: 'Indirizzo email',
    howWeUseIt: 'Come lo usiamo',
    privacy: 'Che cosa facciamo con il tuo indirizzo',
    comma: ', ',
    subscribe: 'Iscriviti',
    working: 'Un attimo...',
    leaveEmpty: 'Lascia vuoto questo campo',
    leaveAnyTime: 'Annulli l’iscrizione con un clic.',
    checkInbox: 'Se è la prima volta, arriva un’email. Premi il suo pulsante per confermare.',
    tryLater: (address) => `Riprova più tardi, oppure scrivi a ${address}.`,
    oneMoreStep: 'Ancora un clic e ci sei.',
    latest: 'L’ultima edizione',
    readIt: (minutes) =>
      minutes === ''
        ? 'Leggila'
        : `Leggila, ${minutes} ${minutes === '1' || minutes === '½' ? 'minuto' : 'minuti'}`,
    archive: 'Tutte le edizioni',
    noEditions: 'Ancora nessuna edizione.',
    olderEditions: 'Edizioni precedenti',
    newestEditions: 'Edizioni più recenti',
    corrected: (when) => `Corretto: ${when}`,
    withdrawnTitle: 'Questa edizione è stata ritirata',
    withdrawnText: (name, when) => `${name} ha ritirato questa edizione: ${when}.`,
    getItByMail: 'Ricevila per email',
    everyDay: 'ogni giorno',
    weekdays: 'dal lunedì al venerdì',
    when: (days, time, zone) => `${days} alle ${time}, ${zone}`,
    onDay: (day) => day,
    dayAt: (day, time) => `${day} alle ${time}`,
    momentInZone: (moment, zone) => `${moment}, ${zone}`,
    nextOne: (moment) => `La prossima arriva ${moment}.`,
    nextEdition: (moment) => `La prossima edizione arriva ${moment}.`,

    thisNewsletter: 'questa newsletter',
    confirmTitle: 'Conferma l’iscrizione',
    confirmText: (name, when) =>
      `Premi il pulsante e ${name} arriva nella tua casella${when === '' ? '' : ` ${when}`}.`,
    latestRightAway: 'L’ultima edizione arriva subito.',
    confirmButton: 'Sì, iscrivimi',
    confirmNote: 'Non l’hai chiesto tu? Chiudi la pagina e non succede nulla.',
    confirmedTitle: 'Iscrizione attiva',
    confirmedText: (name) => `La tua iscrizione a ${name} è confermata.`,
    latestOnItsWay: 'L’ultima edizione sta arrivando.',
    setUp: 'Indica il tuo nome e il fuso orario',
    nothingConfirmed: 'Non è stato confermato nulla.',
    confirmFailed:
      'Il link ha più di una settimana, oppure ne manca una parte. Iscriviti ancora una volta e te ne mandiamo uno nuovo.',
    signUpAgain: 'Iscriviti di nuovo',

    unsubscribe: 'Annulla iscrizione',
    leaveTitle: (name) => `Non vuoi più ricevere ${name}?`,
    leaveText: 'Non riceverai altre edizioni.',
    awayForAWhile: 'Via per un po’?',
    pauseInstead: 'Metti in pausa',
    leftTitle: 'Iscrizione annullata',
    leftText: (name) => `Non riceverai più ${name}.`,
    leftHint: 'Un’edizione già in viaggio può ancora arrivare oggi.',
    undo: 'Annulla la modifica',
    undoText: 'È stato un errore?',
    undoUntil: (moment) => `Puoi tornare indietro fino a ${moment}, solo in questa pagina.`,
    undone: 'L’iscrizione è di nuovo attiva',
    undoFailed: 'Qui non si può più tornare indietro.',
    subscribeAgain: 'Iscriviti di nuovo',
    nothingChanged: 'Non è cambiato nulla.',
    leaveFailed: (address) =>
      address === ''
        ? 'Manca una parte del link. Apri l’ultima edizione e usa il link alla fine.'
        : `Manca una parte del link. Apri l’ultima edizione e usa il link alla fine, oppure scrivi a ${address} e ti cancelliamo noi.`,

    preferences: 'Le tue preferenze',
    name: 'Nome',
    nameHint: 'Le edizioni possono salutarti così. Può restare vuoto.',
    timeZone: 'Fuso orario',
    noTimeZone: 'Come la newsletter',
    useMyTimeZone: 'Usa il mio',
    comesWhereYouAre: (name, time) => `${name} arriva alle ${time} dove sei tu.`,
    comesInZone: (name, time, zone) => `${name} arriva alle ${time}, ${zone}.`,
    byConfirmation: 'Mandiamo un’email per confermare.',
    pauseUntil: 'In pausa fino al',
    pauseHint: 'Il primo giorno in cui ricevi di nuovo posta. Vuoto: nessuna pausa.',
    save: 'Salva',
    savedAt: (time) => `Salvato alle ${time}`,
    zoneNotSaved: 'Non è stato salvato nulla: scegli un fuso orario dalla lista.',
    pauseNotSaved: 'Non è stato salvato nulla: scegli un giorno entro un anno.',
    stop: 'Smetti',
    stopText: 'Per annullare l’iscrizione basta un clic, e per un giorno si può tornare indietro.',

    yourData: 'Che cosa conserviamo su di te',
    dataText:
      'Puoi scaricarlo o farlo cancellare. Il link arriva solo nella tua casella, così nessun altro può usarlo.',
    dataButton: 'Mandami il link',
    dataSent: 'Il link sta arrivando nella tua casella.',
    manageText: (address) => `I dati che conserviamo su ${address}.`,
    download: 'Scarica i miei dati',
    eraseTitle: 'Cancella i miei dati',
    eraseText:
      'Non riceverai più email. Conserviamo solo un codice illeggibile che impedisce nuovi invii al tuo indirizzo.',
    eraseButton: 'Cancella tutto...',
    eraseSure: (address) => `Cancellare tutti i dati su ${address}? Non si può annullare.`,
    eraseConfirm: 'Sì, cancella tutto',
    goBack: 'No, torna indietro',
    erased: 'I tuoi dati sono stati cancellati',
    erasedText: 'Non riceverai più email da noi.',

    notFound: 'Pagina non trovata',
    notFoundText: 'A questo indirizzo non c’è nessuna pagina.',
    deadLink: 'Questo link non funziona',
    deadLinkText: 'Il link è scaduto o incompleto. Usa quello nella tua ultima email.',
    refused: 'Non ha funzionato',
    refusedText: 'Questa pagina non accetta la richiesta.',
    failed: 'Qualcosa è andato storto',
    failedText: 'È colpa nostra. Riprova tra qualche minuto.',
    toFrontPage: 'Vai alla pagina iniziale',
  },
};
