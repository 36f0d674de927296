import type { MailKind } from '../domain/signup/transactional-mail.ts';

/** What one mail says. All of it is plain text. */
export interface MailWords {
  readonly subject: string;
  readonly preheader: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly button: string;
  /** Small print below the button. */
  readonly note: string;
}

export interface MailPhrases {
  words(kind: MailKind, publication: { readonly name: string; readonly description: string }): MailWords;
  /** Above the edition that a welcome mail brings. */
  readonly latest: string;
}

/** The phrases for an RFC 5646 language tag, in English where there are none. */
export function mailPhrasesFor(language: string): MailPhrases {
  const [primary = 'en'] = language.toLowerCase().split('-');
  return phrases.get(primary) ?? english;
}

const english: MailPhrases = {
  latest: 'The latest edition',
  words: (kind, { name, description }) =>
    ({
      confirm: {
        subject: `Please confirm: ${name}`,
        preheader: 'One press, and the next edition is yours.',
        heading: `Do you want ${name}?`,
        paragraphs: [
          `Somebody gave this address to subscribe to ${name}. ${description}`,
          'If it was you, confirm within a week:',
        ],
        button: 'Yes, subscribe me',
        note: 'If it was not you, do nothing: you will not hear from us again.',
      },
      welcome: {
        subject: `Welcome to ${name}`,
        preheader: 'You are subscribed.',
        heading: `Welcome to ${name}`,
        paragraphs: [`You are subscribed. ${description}`],
        button: 'Choose what you get',
        note: 'There you can also pause, or leave. Every edition has a link for it too.',
      },
      manage: {
        subject: `Your data at ${name}`,
        preheader: 'The link you asked for.',
        heading: 'Your data',
        paragraphs: [
          `Somebody with a link from one of your editions asked for this. Here you see all that ${name} keeps of you, download it, or have it erased. The link works for a day.`,
        ],
        button: 'See my data',
        note: 'If you did not ask for it, do nothing.',
      },
    })[kind],
};

const german: MailPhrases = {
  latest: 'Die letzte Ausgabe',
  words: (kind, { name, description }) =>
    ({
      confirm: {
        subject: `Bitte bestätigen: ${name}`,
        preheader: 'Ein Klick, und die nächste Ausgabe kommt zu Ihnen.',
        heading: `Möchten Sie ${name} abonnieren?`,
        paragraphs: [
          `Mit dieser Adresse wurde ${name} bestellt. ${description}`,
          'Wenn Sie das waren, bestätigen Sie es innerhalb einer Woche:',
        ],
        button: 'Ja, abonnieren',
        note: 'Wenn nicht, tun Sie nichts: Sie hören dann nicht mehr von uns.',
      },
      welcome: {
        subject: `Willkommen bei ${name}`,
        preheader: 'Die Anmeldung ist abgeschlossen.',
        heading: `Willkommen bei ${name}`,
        paragraphs: [`Die Anmeldung ist abgeschlossen. ${description}`],
        button: 'Einstellungen ändern',
        note: 'Dort können Sie auch pausieren oder sich abmelden. Jede Ausgabe enthält einen Link dafür.',
      },
      manage: {
        subject: `Ihre Daten bei ${name}`,
        preheader: 'Der Link, um den gebeten wurde.',
        heading: 'Ihre Daten',
        paragraphs: [
          `Über einen Link aus einer Ihrer Ausgaben wurde dies angefordert. Hier sehen Sie alles, was ${name} über Sie speichert, können es herunterladen oder löschen lassen. Der Link gilt einen Tag.`,
        ],
        button: 'Meine Daten ansehen',
        note: 'Wenn Sie nicht darum gebeten haben, tun Sie nichts.',
      },
    })[kind],
};

const french: MailPhrases = {
  latest: 'La dernière édition',
  words: (kind, { name, description }) =>
    ({
      confirm: {
        subject: `Merci de confirmer : ${name}`,
        preheader: 'Un clic, et la prochaine édition est pour vous.',
        heading: `Souhaitez-vous recevoir ${name} ?`,
        paragraphs: [
          `Cette adresse a été donnée pour s’abonner à ${name}. ${description}`,
          'Si c’était vous, confirmez dans la semaine :',
        ],
        button: 'Oui, je m’abonne',
        note: 'Sinon, ne faites rien : vous ne recevrez plus rien de nous.',
      },
      welcome: {
        subject: `Bienvenue à ${name}`,
        preheader: 'Votre abonnement est actif.',
        heading: `Bienvenue à ${name}`,
        paragraphs: [`Votre abonnement est actif. ${description}`],
        button: 'Choisir mes préférences',
        note: 'Vous pouvez aussi y faire une pause ou vous désabonner, comme dans chaque édition.',
      },
      manage: {
        subject: `Vos données chez ${name}`,
        preheader: 'Le lien que vous avez demandé.',
        heading: 'Vos données',
        paragraphs: [
          `Ce message a été demandé par un lien d’une de vos éditions. Vous pouvez voir ici tout ce que ${name} conserve sur vous, le télécharger ou le faire effacer. Le lien est valable un jour.`,
        ],
        button: 'Voir mes données',
        note: 'Si vous n’avez rien demandé, ne faites rien.',
      },
    })[kind],
};

const spanish: MailPhrases = {
  latest: 'La última edición',
  words: (kind, { name, description }) =>
    ({
      confirm: {
        subject: `Confirma, por favor: ${name}`,
        preheader: 'Un clic, y la próxima edición es tuya.',
        heading: `¿Quieres recibir ${name}?`,
        paragraphs: [
          `Alguien dio esta dirección para suscribirse a ${name}. ${description}`,
          'Si fuiste tú, confírmalo en el plazo de una semana:',
        ],
        button: 'Sí, quiero suscribirme',
        note: 'Si no fuiste tú, no hagas nada: no volverás a saber de nosotros.',
      },
      welcome: {
        subject: `Te damos la bienvenida a ${name}`,
        preheader: 'Tu suscripción está activa.',
        heading: `Te damos la bienvenida a ${name}`,
        paragraphs: [`Tu suscripción está activa. ${description}`],
        button: 'Elegir mis preferencias',
        note: 'Allí también puedes hacer una pausa o darte de baja, como en cada edición.',
      },
      manage: {
        subject: `Tus datos en ${name}`,
        preheader: 'El enlace que pediste.',
        heading: 'Tus datos',
        paragraphs: [
          `Este mensaje se pidió con un enlace de una de tus ediciones. Aquí puedes ver todo lo que ${name} guarda sobre ti, descargarlo o hacer que se borre. El enlace sirve durante un día.`,
        ],
        button: 'Ver mis datos',
        note: 'Si no lo pediste, no hagas nada.',
      },
    })[kind],
};

const arabic: MailPhrases = {
  latest: 'أحدث عدد',
  words: (kind, { name, description }) =>
    ({
      confirm: {
        subject: `يرجى التأكيد: ${name}`,
        preheader: 'ضغطة واحدة ويصلك العدد القادم.',
        heading: `هل تريد الاشتراك في ${name}؟`,
        paragraphs: [
          `طلب أحدهم بهذا العنوان الاشتراك في ${name}. ${description}`,
          'إذا كنت أنت من طلب ذلك، فأكّد خلال أسبوع:',
        ],
        button: 'نعم، أريد الاشتراك',
        note: 'إذا لم تكن أنت، فلا تفعل شيئًا، ولن تصلك رسائل أخرى منا.',
      },
      welcome: {
        subject: `مرحبًا بك في ${name}`,
        preheader: 'اشتراكك مفعّل.',
        heading: `مرحبًا بك في ${name}`,
        paragraphs: [`اشتراكك مفعّل. ${description}`],
        button: 'اختيار التفضيلات',
        note: 'يمكنك هناك أيضًا إيقاف الاشتراك مؤقتًا أو إلغاؤه، وكذلك من كل عدد.',
      },
      manage: {
        subject: `بياناتك لدى ${name}`,
        preheader: 'الرابط الذي طلبته.',
        heading: 'بياناتك',
        paragraphs: [
          `طُلبت هذه الرسالة برابط من أحد أعدادك. يمكنك هنا رؤية كل ما تحتفظ به ${name} عنك وتنزيله أو طلب محوه. الرابط صالح ليوم واحد.`,
        ],
        button: 'عرض بياناتي',
        note: 'إذا لم تطلب ذلك، فلا تفعل شيئًا.',
      },
    })[kind],
};

const phrases: ReadonlyMap<string, MailPhrases> = new Map([
  ['en', english],
  ['de', german],
  ['fr', french],
  ['es', spanish],
  ['ar', arabic],
]);
