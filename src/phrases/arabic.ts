import { list } from './list.ts';
import type { Phrases } from './phrases.ts';

export const arabic: Phrases = {
  language: 'ar',
  direction: 'rtl',

  outcomes: {
    'valid-email': 'يرجى إدخال بريد إلكتروني صحيح.',
    'subscription-failed': 'فشل الاشتراك',
    'thank-you': 'شكرًا لاشتراكك!',
  },

  publication: {
    description: (name) => `${name} في بريدك كل صباح.`,
    reason: (name) => `تصلك هذه الرسالة لأنك مشترك في ${name}.`,
  },

  edition: {
    words: (count, formatted) => `${formatted} ${isFew(count) ? 'كلمات' : 'كلمة'}`,
    minutes: (formatted) => `${formatted} ${isFew(Number.parseInt(formatted, 10)) ? 'دقائق' : 'دقيقة'}`,
    by: (name) => `بقلم ${name}`,
    messageFrom: (name) => `رسالة من ${name}`,
    updated: (when) => `تم التحديث ${when}`,
    linkTo: (text, host) => `${text} على ${host}`,
    sentTo: 'أُرسلت إلى',
    unsubscribe: 'إلغاء الاشتراك',
    preferences: 'التفضيلات',
    viewOnline: 'عرض في المتصفح',
    privacy: 'الخصوصية',
    image: 'صورة',
    vagueLinks: list(
      'هنا,اضغط هنا,انقر هنا,انقر,هذا الرابط,الرابط,رابط,المزيد,التفاصيل,تفاصيل,المصدر,المقال,الموقع,افتح,شاهد,استمع',
    ),
    goDeeper: list('اقرأ المزيد,للمزيد,اقرأ,تابع القراءة,اعرف المزيد'),
    kicker: {
      counts: list('واحد,واحدة,اثنان,ثلاثة,أربعة,خمسة,ستة,سبعة,ثمانية,تسعة,عشرة'),
      manners: list('كبير,كبيرة,صغير,صغيرة,مهم,مهمة,سريع,سريعة,أخير,أخيرة'),
      things: list('شيء,أشياء'),
      kinds: list('خبر,أخبار,رقم,أرقام,صورة,صور,سؤال,أسئلة,فكرة,أفكار,رسم,خريطة,قصة,قصص,اقتباس'),
      endings: list('للختام,للقراءة,قبل الرحيل'),
    },
  },

  mails: {
    latest: 'أحدث عدد',
    confirm: ({ name, description }) => ({
      subject: `يرجى التأكيد: ${name}`,
      preheader: 'نقرة واحدة ويكتمل اشتراكك.',
      heading: `أكّد اشتراكك في ${name}`,
      paragraphs: [
        `استخدم أحدهم هذا العنوان للاشتراك في ${name}. ${description}`,
        'إذا كنت أنت من طلب ذلك، فأكّد خلال أسبوع:',
      ],
      button: 'نعم، أريد الاشتراك',
      note: 'لست أنت؟ تجاهل هذه الرسالة، ولن تصلك رسائل أخرى منا.',
    }),
    welcome: ({ name, description }) => ({
      subject: `مرحبًا بك في ${name}`,
      preheader: 'اشتراكك مفعّل.',
      heading: `مرحبًا بك في ${name}`,
      paragraphs: [`اشتراكك مفعّل. ${description}`],
      button: 'اختيار التفضيلات',
      note: 'يمكنك هناك أيضًا إيقاف الاشتراك مؤقتًا أو إلغاؤه، وكذلك من كل عدد.',
    }),
    manage: ({ name }) => ({
      subject: `بياناتك لدى ${name}`,
      preheader: 'الرابط الذي طلبته.',
      heading: 'بياناتك',
      paragraphs: [
        `طلبت هذه الرسالة عبر رابط في إحدى رسائلك. يمكنك الاطلاع على البيانات التي تحتفظ بها ${name} عنك أو تنزيلها أو محوها. الرابط صالح لمدة 24 ساعة.`,
      ],
      button: 'عرض بياناتي',
      note: 'لم تطلب ذلك؟ تجاهل هذه الرسالة.',
    }),
  },

  pages: {
    newsletters: 'النشرات',
    noNewsletters: 'لا توجد نشرة هنا بعد.',
    email: 'البريد الإلكتروني',
    howWeUseIt: 'كيف نستخدمه',
    privacy: 'ماذا نفعل بعنوانك',
    comma: '، ',
    subscribe: 'اشترك',
    working: 'لحظة...',
    leaveEmpty: 'اترك هذا الحقل فارغًا',
    leaveAnyTime: 'وتلغي اشتراكك بنقرة واحدة.',
    checkInbox: 'إذا كنت جديدًا، فهناك رسالة في طريقها إليك. اضغط الزر الذي فيها للتأكيد.',
    tryLater: (address) => `حاول مرة أخرى لاحقًا، أو اكتب إلى ${address}.`,
    oneMoreStep: 'نقرة أخرى ويكتمل اشتراكك.',
    latest: 'أحدث عدد',
    readIt: (minutes) =>
      minutes === ''
        ? 'اقرأه'
        : `اقرأه، ${minutes} ${isFew(Number.parseInt(minutes, 10)) ? 'دقائق' : 'دقيقة'}`,
    archive: 'كل الأعداد',
    noEditions: 'لا توجد أعداد بعد.',
    olderEditions: 'أعداد أقدم',
    newestEditions: 'أحدث الأعداد',
    corrected: (when) => `صُحّح في ${when}`,
    withdrawnTitle: 'سُحب هذا العدد',
    withdrawnText: (name, when) => `سحبت ${name} هذا العدد في ${when}.`,
    getItByMail: 'استلمها بالبريد',
    everyDay: 'كل يوم',
    weekdays: 'من الاثنين إلى الجمعة',
    when: (days, time, zone) => `${days}، ${time}، ${zone}`,
    onDay: (day) => `يوم ${day}`,
    dayAt: (day, time) => `${day} الساعة ${time}`,
    momentInZone: (moment, zone) => `${moment}، ${zone}`,
    nextOne: (moment) => `ويصل العدد التالي ${moment}.`,
    nextEdition: (moment) => `يصل العدد القادم ${moment}.`,

    thisNewsletter: 'هذه النشرة',
    confirmTitle: 'أكّد اشتراكك',
    confirmText: (name, when) => `اضغط الزر لتصل «${name}» إلى بريدك${when === '' ? '' : ` ${when}`}.`,
    latestRightAway: 'ويصلك أحدث عدد على الفور.',
    confirmButton: 'نعم، أريد الاشتراك',
    confirmNote: 'لم تطلب ذلك؟ أغلق الصفحة ولن يحدث شيء.',
    confirmedTitle: 'أنت مشترك الآن',
    confirmedText: (name) => `تم تأكيد اشتراكك في «${name}».`,
    latestOnItsWay: 'أحدث عدد في طريقه إليك.',
    setUp: 'أدخل اسمك ومنطقتك الزمنية',
    nothingConfirmed: 'لم يُؤكَّد شيء.',
    confirmFailed:
      'مضى على الرابط أكثر من أسبوع، أو أن جزءًا منه مفقود. اشترك مرة أخرى لنرسل إليك رابطًا جديدًا.',
    signUpAgain: 'اشترك مرة أخرى',

    unsubscribe: 'إلغاء الاشتراك',
    leaveTitle: (name) => `هل تريد إيقاف «${name}»؟`,
    leaveText: 'لن تصلك أعداد أخرى.',
    awayForAWhile: 'هل ستغيب لفترة؟',
    pauseInstead: 'أوقفها مؤقتًا بدلًا من ذلك',
    leftTitle: 'أُلغي اشتراكك',
    leftText: (name) => `لن تصلك «${name}» بعد الآن.`,
    leftHint: 'قد يصلك اليوم عدد كان في طريقه إليك.',
    undo: 'تراجع',
    undoText: 'هل ألغيت اشتراكك بالخطأ؟',
    undoUntil: (moment) => `يمكنك التراجع حتى ${moment}، من هذه الصفحة فقط.`,
    undone: 'أنت مشترك من جديد',
    undoFailed: 'لم يعد التراجع ممكنًا هنا.',
    subscribeAgain: 'اشترك من جديد',
    nothingChanged: 'لم يتغير شيء.',
    leaveFailed: (address) =>
      address === ''
        ? 'جزء من الرابط مفقود. افتح أحدث عدد واستخدم الرابط في نهايته.'
        : `جزء من الرابط مفقود. افتح أحدث عدد واستخدم الرابط في نهايته، أو اكتب إلى ${address} لنلغي اشتراكك.`,

    preferences: 'تفضيلاتك',
    name: 'الاسم',
    nameHint: 'قد تحييك الأعداد به. يمكن أن يبقى فارغًا.',
    timeZone: 'المنطقة الزمنية',
    noTimeZone: 'منطقة النشرة نفسها',
    useMyTimeZone: 'استخدم منطقتي',
    comesWhereYouAre: (name, time) => `تصل «${name}» الساعة ${time} بتوقيتك.`,
    comesInZone: (name, time, zone) => `تصل «${name}» الساعة ${time}، ${zone}.`,
    byConfirmation: 'نرسل رسالة للتأكيد.',
    pauseUntil: 'إيقاف مؤقت حتى',
    pauseHint: 'أول يوم تعود فيه الرسائل. اتركه فارغًا لعدم الإيقاف.',
    save: 'حفظ',
    savedAt: (time) => `حُفظ الساعة ${time}`,
    zoneNotSaved: 'لم يُحفظ شيء: اختر منطقة زمنية من القائمة.',
    pauseNotSaved: 'لم يُحفظ شيء: اختر يومًا خلال سنة.',
    stop: 'إيقاف',
    stopText: 'تكفي نقرة واحدة لإلغاء الاشتراك، ويمكن التراجع عنها خلال يوم.',

    yourData: 'ما نحتفظ به عنك',
    dataText: 'يمكنك تنزيله أو محوه. يُرسل الرابط إلى بريدك وحده، حتى لا يستخدمه أحد غيرك.',
    dataButton: 'أرسلوا لي الرابط',
    dataSent: 'الرابط في طريقه إلى بريدك.',
    manageText: (address) => `كل ما نحتفظ به عن ${address}.`,
    download: 'تنزيل بياناتي',
    eraseTitle: 'محو بياناتي',
    eraseText: 'لن تصلك أي رسالة، ولن يبقى سوى علامة غير مقروءة تمنع مراسلتك من جديد.',
    eraseButton: 'محو كل شيء...',
    eraseSure: (address) => `هل تريد محو كل ما نحتفظ به عن ${address}؟ لا يمكن التراجع عن ذلك.`,
    eraseConfirm: 'نعم، امحوا كل شيء',
    goBack: 'لا، العودة',
    erased: 'تم محو بياناتك',
    erasedText: 'لن تصلك أي رسالة منا.',

    notFound: 'الصفحة غير موجودة',
    notFoundText: 'لا توجد صفحة في هذا العنوان.',
    deadLink: 'هذا الرابط لا يعمل',
    deadLinkText: 'انتهت صلاحية هذا الرابط أو أنه غير مكتمل. استخدم الرابط في أحدث رسالة وصلتك.',
    refused: 'تعذّر ذلك',
    refusedText: 'هذه الصفحة لا تقبل هذا الطلب.',
    failed: 'حدث خطأ ما',
    failedText: 'الخطأ من جهتنا. حاول مرة أخرى بعد دقائق.',
    toFrontPage: 'إلى الصفحة الرئيسية',
  },
};

/** Arabic has a plural of its own after 3 to 10, also as the end of a larger number (CLDR `few`). */
function isFew(count: number): boolean {
  return count % 100 >= 3 && count % 100 <= 10;
}
