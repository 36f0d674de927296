import { list } from './list.ts';
import type { Phrases } from './phrases.ts';

export const french: Phrases = {
  language: 'fr',
  direction: 'ltr',

  outcomes: {
    'valid-email': 'Veuillez saisir une adresse e-mail valide.',
    'subscription-failed': 'L’inscription a échoué',
    'thank-you': 'Merci de votre inscription\u00A0!',
  },

  publication: {
    description: (name) => `${name}, chaque matin dans votre boîte mail.`,
    reason: (name) => `Vous recevez cet e-mail parce que vous êtes abonné à ${name}.`,
    firstDigest: {
      subject: 'Notre première édition est là',
      preheader: 'Ce que vous recevez de nous, et comment joindre la rédaction',
      greeting: (name) => `Bienvenue dans ${name}.`,
      lead: {
        headline: 'Une courte lettre commence',
        lede: 'Nous lisons l’actualité pour que vous commenciez la journée informés.',
        why: 'Quelques minutes suffisent pour savoir ce qui est nouveau.',
      },
      brief: {
        headline: 'Écrivez à la rédaction',
        lede: 'Répondez à ce message, et nous lirons ce que vous dites.',
        why: 'Vos questions nous disent ce qu’il faut chercher ensuite.',
      },
    },
  },

  edition: {
    typography: { double: ['«\u202F', '\u202F»'], single: ['“', '”'], dash: '–' },
    words: (count, formatted) => `${formatted} ${count < 2 ? 'mot' : 'mots'}`,
    minutes: (formatted) => `${formatted} min`,
    by: (name) => `Par ${name}`,
    messageFrom: (name) => `Un message de ${name}`,
    updated: (when) => `Mis à jour ${when}`,
    linkTo: (text, host) => `${text} sur ${host}`,
    sentTo: 'Envoyé à',
    unsubscribe: 'Se désabonner',
    preferences: 'Préférences',
    viewOnline: 'Voir en ligne',
    privacy: 'Confidentialité',
    contents: 'Au sommaire\u00A0:',
    feedback: {
      question: 'Que pensez-vous de cette édition\u00A0?',
      answers: { good: 'Bien', fair: 'Moyen', poor: 'Pas pour moi' },
    },
    forwarded: 'On vous a transféré cet e-mail\u00A0?',
    forwardedSignup: (name) => `S’abonner à ${name}`,
    image: 'Image',
    vagueLinks: list(
      'ici,cliquez,cliquez ici,cliquer ici,clique ici,ce lien,lien,cette page,plus,plus ici,lire,détails,infos,plus dinfos,plus dinformations,site,site web,source,article,ouvrir,voir,écouter,télécharger',
    ),
    goDeeper: list('lire la suite,en savoir plus,lire plus,suite,lire larticle,pour aller plus loin,à lire'),
    whyItMatters: list("Pourquoi c'est important,Ce que cela change"),
    leadIns: list(
      "Vue d'ensemble,Entre les lignes,Les faits,En chiffres,La suite,Oui mais,En bref,Ce qu'ils disent,Le contexte,L'autre camp,Dans le détail,Dernière minute,Comment ça marche,À suivre,Ce que nous suivons",
    ),
    fillers: list(
      'en fait,vraiment,tout à fait,en quelque sorte,à vrai dire,il convient de noter que,force est de constater que,dans le cadre de,au niveau de,en termes de',
    ),
    kicker: {
      counts: list('un,une,deux,trois,quatre,cinq,six,sept,huit,neuf,dix'),
      manners: list(
        'grand,grande,grands,grandes,petit,petite,petits,petites,bon,bonne,bons,bonnes,dernier,dernière,autre,autres,bref,brefs,brève',
      ),
      things: list('chose,choses,truc,trucs'),
      kinds: list(
        'chiffre,chiffres,sujet,sujets,graphique,graphiques,photo,photos,citation,citations,question,questions,idée,idées,carte,cartes,brève,brèves,lien,liens,lecture,lectures,histoire,histoires,nouvelle,nouvelles',
      ),
      endings: list('pour finir,pour la route,à lire,à suivre,à savoir'),
    },
  },

  mails: {
    latest: 'La dernière édition',
    confirm: ({ name, description }) => ({
      subject: `Merci de confirmer\u00A0: ${name}`,
      preheader: 'Un clic, et vous êtes inscrit.',
      heading: `Confirmez votre abonnement à ${name}`,
      paragraphs: [
        `Quelqu’un a utilisé cette adresse pour s’abonner à ${name}. ${description}`,
        'Si c’était vous, confirmez dans la semaine\u00A0:',
      ],
      button: 'Oui, je m’abonne',
      note: 'Sinon, ne faites rien\u00A0: vous ne recevrez plus rien de nous.',
    }),
    welcome: ({ name, description }) => ({
      subject: `Bienvenue dans ${name}`,
      preheader: 'Votre abonnement est actif.',
      heading: `Bienvenue dans ${name}`,
      paragraphs: [`Votre abonnement est actif. ${description}`],
      button: 'Choisir mes préférences',
      note: 'Vous pouvez y faire une pause ou vous désabonner à tout moment. Chaque édition contient aussi ce lien.',
    }),
    manage: ({ name }) => ({
      subject: `Vos données chez ${name}`,
      preheader: 'Le lien que vous avez demandé.',
      heading: 'Vos données',
      paragraphs: [
        `Vous avez demandé ce message par un lien de l’un de vos e-mails. Consultez, téléchargez ou supprimez les données que ${name} conserve sur vous. Le lien est valable 24 heures.`,
      ],
      button: 'Voir mes données',
      note: 'Vous n’avez rien demandé\u00A0? Ignorez cet e-mail.',
    }),
  },

  pages: {
    newsletters: 'Lettres d’information',
    noNewsletters: 'Il n’y a pas encore de lettre ici.',
    email: 'Adresse e-mail',
    howWeUseIt: 'Ce que nous en faisons',
    privacy: 'Ce que nous faisons de votre adresse',
    comma: ', ',
    subscribe: 'S’abonner',
    working: 'Un instant...',
    leaveEmpty: 'Laissez ce champ vide',
    leaveAnyTime: 'Un clic suffit pour partir.',
    checkInbox: 'Si vous êtes nouveau, un e-mail arrive. Son bouton confirme l’abonnement.',
    tryLater: (address) => `Veuillez réessayer plus tard, ou écrire à ${address}.`,
    oneMoreStep: 'Plus qu’un clic et c’est fait.',
    latest: 'La dernière édition',
    readIt: (minutes) =>
      minutes === ''
        ? 'La lire'
        : `La lire, ${minutes}\u00A0${/^(?:1?½?)$/u.test(minutes) ? 'minute' : 'minutes'}`,
    archive: 'Toutes les éditions',
    noEditions: 'Aucune édition pour le moment.',
    olderEditions: 'Éditions plus anciennes',
    newestEditions: 'Les dernières éditions',
    corrected: (when) => `Corrigé\u00A0: ${when}`,
    withdrawnTitle: 'Cette édition a été retirée',
    withdrawnText: (name, when) => `${name} a retiré cette édition\u00A0: ${when}.`,
    getItByMail: 'La recevoir par e-mail',
    everyDay: 'chaque jour',
    weekdays: 'du lundi au vendredi',
    when: (days, time, zone) => `${days} à ${time}, ${zone}`,
    onDay: (day) => day,
    dayAt: (day, time) => `${day} à ${time}`,
    momentInZone: (moment, zone) => `${moment}, ${zone}`,
    nextOne: (moment) => `La suivante arrive ${moment}.`,
    nextEdition: (moment) => `La prochaine édition arrive ${moment}.`,

    thisNewsletter: 'cette lettre',
    confirmTitle: 'Confirmez votre abonnement',
    confirmText: (name, when) =>
      `Appuyez sur le bouton, et «\u00A0${name}\u00A0» arrive dans votre boîte${when === '' ? '' : ` ${when}`}.`,
    latestRightAway: 'La dernière édition arrive tout de suite.',
    confirmButton: 'Oui, je m’abonne',
    confirmNote: 'Vous n’avez rien demandé\u00A0? Fermez la page, et rien ne se passe.',
    confirmedTitle: 'Vous êtes abonné',
    confirmedText: (name) => `Votre abonnement à «\u00A0${name}\u00A0» est confirmé.`,
    latestOnItsWay: 'La dernière édition est en route.',
    setUp: 'Indiquer votre nom et votre fuseau horaire',
    nothingConfirmed: 'Rien n’a été confirmé.',
    confirmFailed:
      'Le lien a plus d’une semaine, ou il en manque une partie. Inscrivez-vous encore une fois, et nous vous en envoyons un nouveau.',
    signUpAgain: 'S’inscrire à nouveau',

    unsubscribe: 'Se désabonner',
    leaveTitle: (name) => `Arrêter «\u00A0${name}\u00A0»\u00A0?`,
    leaveText: 'Vous ne recevrez plus d’éditions.',
    awayForAWhile: 'Absent quelque temps\u00A0?',
    pauseInstead: 'Faire plutôt une pause',
    leftTitle: 'Vous êtes désabonné',
    leftText: (name) => `Vous ne recevrez plus «\u00A0${name}\u00A0».`,
    leftHint: 'Une édition déjà en route peut encore arriver aujourd’hui.',
    undo: 'Annuler',
    undoText: 'Désabonné par erreur\u00A0?',
    undoUntil: (moment) => `Vous pouvez annuler jusqu’à ${moment}, sur cette page seulement.`,
    undone: 'Vous êtes de nouveau abonné',
    undoFailed: 'Il n’est plus possible d’annuler ici.',
    subscribeAgain: 'S’abonner à nouveau',
    nothingChanged: 'Rien n’a changé.',
    leaveFailed: (address) =>
      address === ''
        ? 'Il manque une partie du lien. Ouvrez la dernière édition et utilisez le lien qui se trouve à la fin.'
        : `Il manque une partie du lien. Ouvrez la dernière édition et utilisez le lien qui se trouve à la fin, ou écrivez à ${address} et nous vous désabonnons.`,

    preferences: 'Vos préférences',
    name: 'Nom',
    nameHint: 'Les éditions peuvent vous saluer ainsi. Peut rester vide.',
    timeZone: 'Fuseau horaire',
    noTimeZone: 'Celui de la lettre',
    useMyTimeZone: 'Utiliser le mien',
    comesWhereYouAre: (name, time) => `«\u00A0${name}\u00A0» arrive à ${time} chez vous.`,
    comesInZone: (name, time, zone) => `«\u00A0${name}\u00A0» arrive à ${time}, ${zone}.`,
    byConfirmation: 'Nous envoyons un e-mail pour confirmer.',
    pauseUntil: 'Pause jusqu’au',
    pauseHint: 'Le premier jour où le courrier reprend. Laissez vide pour ne pas faire de pause.',
    save: 'Enregistrer',
    savedAt: (time) => `Enregistré à ${time}`,
    zoneNotSaved: 'Rien n’a été enregistré\u00A0: choisissez un fuseau horaire dans la liste.',
    pauseNotSaved: 'Rien n’a été enregistré\u00A0: choisissez un jour dans l’année qui vient.',
    stop: 'Arrêter',
    stopText: 'Un clic suffit pour vous désabonner, et vous pouvez l’annuler pendant un jour.',

    yourData: 'Ce que nous conservons sur vous',
    dataText:
      'Vous pouvez le télécharger ou le faire supprimer. Le lien n’est envoyé qu’à votre propre boîte, pour que personne d’autre ne puisse s’en servir.',
    dataButton: 'Envoyez-moi le lien',
    dataSent: 'Le lien est en route vers votre boîte.',
    manageText: (address) => `Les données que nous conservons sur ${address}.`,
    download: 'Télécharger mes données',
    eraseTitle: 'Supprimer mes données',
    eraseText:
      'Vous ne recevrez plus d’e-mails. Nous ne conservons qu’un code illisible, qui empêche tout nouvel envoi.',
    eraseButton: 'Tout supprimer...',
    eraseSure: (address) => `Supprimer toutes les données sur ${address}\u00A0? C’est définitif.`,
    eraseConfirm: 'Oui, tout supprimer',
    goBack: 'Non, revenir',
    erased: 'Vos données ont été supprimées',
    erasedText: 'Vous ne recevrez plus d’e-mails de notre part.',

    notFound: 'Page introuvable',
    notFoundText: 'Il n’y a pas de page à cette adresse.',
    deadLink: 'Ce lien ne fonctionne pas',
    deadLinkText: 'Ce lien a expiré ou est incomplet. Utilisez celui de votre dernier e-mail.',
    refused: 'Cela n’a pas fonctionné',
    refusedText: 'Cette page n’accepte pas cette demande.',
    failed: 'Un problème est survenu',
    failedText: 'C’est de notre faute. Veuillez réessayer dans quelques minutes.',
    toFrontPage: 'Vers l’accueil',
  },
};
