import { outcomeTexts } from '../domain/outcome.ts';
import { list } from './list.ts';
import type { Phrases } from './phrases.ts';

export const english: Phrases = {
  language: 'en',
  direction: 'ltr',

  outcomes: outcomeTexts,

  publication: {
    description: (name) => `${name}, in your inbox in the morning.`,
    reason: (name) => `You get this email because you subscribed to ${name}.`,
    firstDigest: {
      subject: 'Our first edition is here',
      preheader: 'What you get from us, and how to reach the people who write it',
      greeting: (name) => `Welcome to ${name}.`,
      lead: {
        headline: 'A short newsletter begins',
        lede: 'We read the news so that you start the day informed.',
        why: 'A few minutes are enough to know what is new.',
      },
      brief: {
        headline: 'Write to the editors',
        lede: 'Reply to this email, and we read what you say.',
        why: 'Your questions tell us what to look into next.',
      },
    },
  },

  edition: {
    typography: {
      double: ['“', '”'],
      single: ['‘', '’'],
      dash: '—',
      clipped: list('tis,twas,em,til,cause,bout,round'),
    },
    words: (count, formatted) => `${formatted} ${count === 1 ? 'word' : 'words'}`,
    minutes: (formatted) => `${formatted} ${formatted === '1' || formatted === '½' ? 'min' : 'mins'}`,
    by: (name) => `By ${name}`,
    messageFrom: (name) => `A message from ${name}`,
    updated: (when) => `Updated ${when}`,
    comma: ', ',
    linkTo: (text, host) => `${text} at ${host}`,
    sentTo: 'Sent to',
    unsubscribe: 'Unsubscribe',
    preferences: 'Preferences',
    viewOnline: 'View online',
    privacy: 'Privacy',
    contents: 'In this edition:',
    feedback: {
      question: 'How was this edition?',
      answers: { good: 'Good', fair: 'So-so', poor: 'Not for me' },
    },
    forwarded: 'Was this forwarded to you?',
    forwardedSignup: (name) => `Sign up for ${name}`,
    image: 'Image',
    vagueLinks: list(
      'here,click,click here,click this,tap here,this,this link,this page,link,read,read it,read this,read on,more,more here,see more,see here,continue,details,info,more info,more information,website,site,source,story,article,full story,open,go,watch,listen,view,download,sign up,register',
    ),
    goDeeper: list('go deeper,read more,learn more,find out more,continue reading,keep reading'),
    whyItMatters: list('Why it matters,Why you should care,What it means'),
    leadIns: list(
      "The big picture,Between the lines,Driving the news,By the numbers,What's next,What is next,Yes but,The bottom line,Go deeper,What they're saying,Catch up quick,Catch up fast,Context,Zoom in,Zoom out,The other side,Reality check,What we're watching,What to watch,How it works,State of play,Flashback,The intrigue,Threat level,Be smart,Worth noting,The latest,The backdrop,Quick take,Of note,Friction point,The details,What to know,The backstory,What happened,The bottom line,The compromise,What we're hearing,Case in point,Stunning stat,Follow the money,The impact,The fine print",
    ),
    fillers: list(
      'basically,actually,really,quite,very,simply,literally,obviously,needless to say,it should be noted that,in order to,due to the fact that,at this point in time,at the end of the day,the fact that,a number of,in the process of,as a matter of fact,for all intents and purposes,going forward',
    ),
    kicker: {
      counts: list('one,two,three,four,five,six,seven,eight,nine,ten'),
      manners: list(
        'big,fun,cool,good,great,last,final,small,little,quick,short,more,other,new,extra,smart,weekend,bonus',
      ),
      things: list('thing,things'),
      kinds: list(
        'number,numbers,chart,charts,photo,photos,pic,pics,picture,pictures,quote,quotes,idea,ideas,story,stories,read,reads,hit,hits,question,questions,reason,reasons,map,maps,smile,smiles,take,takes,takeaway,takeaways,bit,bits,stat,stats,fact,facts,link,links,item,items,song,songs,tip,tips,headline,headlines,update,updates',
      ),
      endings: list('to go,for the road,for the day,for the week,for the weekend,to watch,to know,to read'),
    },
  },

  mails: {
    latest: 'The latest edition',
    confirm: ({ name, description }) => ({
      subject: `Please confirm: ${name}`,
      preheader: "One click and you're on the list.",
      heading: `Confirm your subscription to ${name}`,
      paragraphs: [
        `Someone used this address to sign up for ${name}. ${description}`,
        'If it was you, confirm within a week:',
      ],
      button: 'Yes, subscribe me',
      note: "Not you? Ignore this email and you won't hear from us again.",
    }),
    welcome: ({ name, description }) => ({
      subject: `Welcome to ${name}`,
      preheader: "You're subscribed.",
      heading: `Welcome to ${name}`,
      paragraphs: [`You're subscribed. ${description}`],
      button: 'Manage your preferences',
      note: 'You can pause or unsubscribe there at any time. Every edition has the link, too.',
    }),
    manage: ({ name }) => ({
      subject: `Your data at ${name}`,
      preheader: 'The link you asked for.',
      heading: 'Your data',
      paragraphs: [
        `You asked for this through a link in one of your emails. See, download or delete the data ${name} keeps about you. The link works for 24 hours.`,
      ],
      button: 'View my data',
      note: "Didn't ask for this? Ignore this email.",
    }),
  },

  pages: {
    newsletters: 'Newsletters',
    noNewsletters: 'No newsletters here yet.',
    email: 'Email address',
    howWeUseIt: 'How we use it',
    privacy: 'What we do with your address',
    comma: ', ',
    subscribe: 'Subscribe',
    working: 'One moment ...',
    leaveEmpty: 'Leave this empty',
    leaveAnyTime: 'Leave with one click.',
    checkInbox: 'If you are new, an email is on its way. Press the button in it to confirm.',
    tryLater: (address) => `Please try again later, or write to ${address}.`,
    oneMoreStep: "One more click and you're in.",
    latest: 'The latest edition',
    readIt: (minutes) =>
      minutes === ''
        ? 'Read it'
        : `Read it, ${minutes} ${minutes === '1' || minutes === '½' ? 'minute' : 'minutes'}`,
    archive: 'All editions',
    noEditions: 'No editions yet.',
    olderEditions: 'Older editions',
    newestEditions: 'Newest editions',
    corrected: (when) => `Corrected ${when}`,
    withdrawnTitle: 'This edition was withdrawn',
    withdrawnText: (name, when) => `${name} withdrew this edition on ${when}.`,
    getItByMail: 'Get it by email',
    everyDay: 'every day',
    weekdays: 'Monday to Friday',
    when: (days, time, zone) => `${days} at ${time}, ${zone}`,
    onDay: (day) => `on ${day}`,
    dayAt: (day, time) => `${day} at ${time}`,
    momentInZone: (moment, zone) => `${moment}, ${zone}`,
    nextOne: (moment) => `The next one comes ${moment}.`,
    nextEdition: (moment) => `The next edition comes ${moment}.`,

    thisNewsletter: 'this newsletter',
    confirmTitle: 'Confirm your subscription',
    confirmText: (name, when) =>
      `Press the button, and ${name} comes to your inbox${when === '' ? '' : ` ${when}`}.`,
    latestRightAway: 'The latest edition comes right away.',
    confirmButton: 'Yes, subscribe me',
    confirmNote: 'You did not ask for this? Close the page, and nothing happens.',
    confirmedTitle: 'You are subscribed',
    confirmedText: (name) => `Your subscription to ${name} is confirmed.`,
    latestOnItsWay: 'The latest edition is on its way to you.',
    setUp: 'Set your name and time zone',
    nothingConfirmed: 'Nothing was confirmed.',
    confirmFailed:
      'The link is more than a week old, or part of it is missing. Sign up once more, and we send you a new one.',
    signUpAgain: 'Sign up again',

    unsubscribe: 'Unsubscribe',
    leaveTitle: (name) => `Stop ${name}?`,
    leaveText: 'You will get no more editions.',
    awayForAWhile: 'Away for a while?',
    pauseInstead: 'Pause it instead',
    leftTitle: 'You are unsubscribed',
    leftText: (name) => `You will not get ${name} any more.`,
    leftHint: 'An edition that is already on its way may still arrive today.',
    undo: 'Undo',
    undoText: 'Unsubscribed by mistake?',
    undoUntil: (moment) => `You can undo this until ${moment}, on this page only.`,
    undone: 'You are subscribed again',
    undoFailed: 'Undo is no longer possible here.',
    subscribeAgain: 'Subscribe again',
    nothingChanged: 'Nothing has changed.',
    leaveFailed: (address) =>
      address === ''
        ? 'Part of the link is missing. Open the newest edition and use the link at its end.'
        : `Part of the link is missing. Open the newest edition and use the link at its end, or write to ${address} and we take you off.`,

    preferences: 'Your preferences',
    name: 'Name',
    nameHint: 'Editions may greet you with it. May be left empty.',
    timeZone: 'Time zone',
    noTimeZone: 'Same as the newsletter',
    useMyTimeZone: 'Use my time zone',
    comesWhereYouAre: (name, time) => `${name} comes at ${time} where you are.`,
    comesInZone: (name, time, zone) => `${name} comes at ${time}, ${zone}.`,
    byConfirmation: 'We send an email to confirm.',
    pauseUntil: 'Pause until',
    pauseHint: 'The first day with mail again. Leave it empty for no pause.',
    save: 'Save',
    savedAt: (time) => `Saved at ${time}`,
    zoneNotSaved: 'Nothing was saved: choose a time zone from the list.',
    pauseNotSaved: 'Nothing was saved: choose a day within a year.',
    stop: 'Stop',
    stopText: 'Unsubscribing takes one press and can be undone for a day.',

    yourData: 'What we keep about you',
    dataText:
      'You can download it or have it erased. The link for that goes only to your own mailbox, so that no one else can use it.',
    dataButton: 'Mail me the link',
    dataSent: 'The link is on its way to your inbox.',
    manageText: (address) => `The data we keep about ${address}.`,
    download: 'Download my data',
    eraseTitle: 'Delete my data',
    eraseText:
      'You will get no more emails. We keep only an unreadable code that prevents new emails to you.',
    eraseButton: 'Delete everything ...',
    eraseSure: (address) => `Delete all data about ${address}? This cannot be undone.`,
    eraseConfirm: 'Yes, delete everything',
    goBack: 'No, go back',
    erased: 'Your data has been deleted',
    erasedText: 'You will get no more emails from us.',

    notFound: 'Page not found',
    notFoundText: 'There is no page at this address.',
    deadLink: 'This link does not work',
    deadLinkText: 'This link has expired or is incomplete. Use the link in your latest email.',
    refused: "That didn't work",
    refusedText: "This page doesn't accept that request.",
    failed: 'Something went wrong',
    failedText: "It's our fault. Please try again in a few minutes.",
    toFrontPage: 'Go to the home page',
  },
};
