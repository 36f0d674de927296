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
    contents: 'في هذا العدد:',
    forwarded: 'هل أُعيد توجيه هذه الرسالة إليك؟',
    forwardedSignup: (name) => `اشترك في ${name}`,
    image: 'صورة',
    vagueLinks: list(
      'هنا,اضغط هنا,انقر هنا,انقر,هذا الرابط,الرابط,رابط,المزيد,التفاصيل,تفاصيل,المصدر,المقال,الموقع,افتح,شاهد,استمع',
    ),
    goDeeper: list('اقرأ المزيد,للمزيد,اقرأ,تابع القراءة,اعرف المزيد'),
    whyItMatters: list('لماذا يهم,لماذا هذا مهم,ماذا يعني'),
    leadIns: list(
      'الصورة الكبرى,بين السطور,الخبر,بالأرقام,ما التالي,نعم ولكن,الخلاصة,ماذا يقولون,السياق,الجانب الآخر,بالتفصيل,آخر المستجدات,كيف يعمل,ما نراقبه',
    ),
    fillers: list('في الواقع,في الحقيقة,بشكل عام,إلى حد ما,تجدر الإشارة إلى أن,من الجدير بالذكر أن'),
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
    subscribe: 'اشترك',
    working: 'لحظة...',
    leaveEmpty: 'اترك هذا الحقل فارغًا',
    leaveAnyTime: 'يمكنك إلغاء الاشتراك في أي وقت بنقرة واحدة.',
    checkInbox: 'إذا كنت مشتركًا جديدًا، فستصلك بعد لحظات رسالة لتأكيد اشتراكك.',
    oneMoreStep: 'نقرة أخرى ويكتمل اشتراكك.',
    latest: 'أحدث عدد',
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

    thisNewsletter: 'هذه النشرة',
    confirmTitle: 'أكّد اشتراكك',
    confirmText: (name) => `نقرة واحدة وتصل «${name}» إلى بريدك.`,
    confirmButton: 'نعم، أريد الاشتراك',
    confirmFailed: 'انتهت صلاحية هذا الرابط أو أنه غير مكتمل. اشترك مرة أخرى ليصلك رابط جديد.',

    unsubscribe: 'إلغاء الاشتراك',
    leaveText: (name) => `هل تريد إلغاء اشتراكك في «${name}»؟`,
    leftTitle: 'أُلغي اشتراكك',
    leftText: (name) => `لن تصلك «${name}» بعد الآن.`,
    leftHint: 'إذا وصلتك رسالة أخرى، فاستخدم الرابط في أحدث رسالة.',
    undo: 'تراجع',
    undoText: 'هل ألغيت اشتراكك بالخطأ؟',
    undone: 'أنت مشترك من جديد',
    undoFailed: 'لم يعد التراجع ممكنًا هنا.',
    subscribeAgain: 'اشترك من جديد',

    preferences: 'تفضيلاتك',
    name: 'الاسم',
    timeZone: 'المنطقة الزمنية',
    noTimeZone: 'منطقة النشرة نفسها',
    pauseUntil: 'إيقاف مؤقت حتى',
    pauseHint: 'أول يوم تعود فيه الرسائل. اتركه فارغًا لعدم الإيقاف.',
    save: 'حفظ',
    saved: 'تم الحفظ',
    notSaved: 'لم يُحفظ شيء: المنطقة الزمنية أو التاريخ غير صحيح.',

    yourData: 'بياناتك',
    dataText: 'يمكنك تنزيل كل ما نحتفظ به عنك أو محوه. يُرسل الرابط إلى بريدك وحده.',
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
