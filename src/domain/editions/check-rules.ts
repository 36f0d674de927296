/** What a finding of a rule does: nothing, be listed by `lint`, be reported, or stop the edition. */
export type Level = 'off' | 'note' | 'warn' | 'block';

export const levels = ['off', 'note', 'warn', 'block'] as const satisfies readonly Level[];

export interface CheckRule {
  readonly level: Level;
  /** Why a newsletter should keep it: a whole sentence. */
  readonly rationale: string;
  /** True for rules on prose, which only `lint` and the preview run unless they block. */
  readonly prose?: true;
  /** True for rules on what links or other programs answer, which are not always asked. */
  readonly requests?: true;
}

const rule = (level: Level, rationale: string): CheckRule => ({ level, rationale });
const prose = (rationale: string): CheckRule => ({ level: 'note', rationale, prose: true });

const requests = (level: Level, rationale: string): CheckRule => ({ level, rationale, requests: true });

/**
 * Every rule whose level publication.yaml can set. What is not here is no matter of taste: a digest that cannot be
 * read, a link that leads nowhere, an image that is not there.
 */
export const checkRules = {
  'subject-too-short': rule('note', 'A subject of one word does not say what opening the email is worth.'),
  'subject-too-long': rule('warn', 'Desktop inboxes cut the subject after about 78 characters.'),
  'subject-cut': rule('note', 'A phone shows about the first 60 characters of a subject.'),
  'preheader-missing': rule('warn', 'Without a preheader the inbox shows the greeting after the subject.'),
  'preheader-too-short': rule('note', 'A short preheader leaves room that the inbox fills with other text.'),
  'preheader-too-long': rule('warn', 'Few inboxes show more than 100 characters of a preheader.'),
  'preheader-repeats-subject': rule('warn', 'The preheader is the second chance to be opened.'),

  'headline-too-long': rule('warn', 'More than 90 characters are three lines on a phone.'),
  'headline-long': rule('note', 'A headline of 60 characters is read at a glance.'),
  'headline-words': rule('note', 'A headline of six words is read at a glance.'),
  'headline-number': rule(
    'warn',
    'A number in a headline that the story does not have is often a typing error.',
  ),
  'lede-long': rule('note', 'The first sentence says what is new; a second one hides it.'),
  'lede-repeats-headline': rule(
    'warn',
    'A first sentence that repeats the headline costs time and says nothing.',
  ),
  'why-missing': rule('note', 'Subscribers stay for what the news means to them.'),
  'why-late': rule('note', 'Who stops early should have read why the story matters.'),
  'why-long': rule('note', 'What a story means fits into one sentence, or is not clear yet.'),
  'lead-in-unknown': rule('warn', 'Lead-ins guide the eye because they are the same every day.'),
  'lead-in-repeated': rule('warn', 'Two equal lead-ins in one story are one too many.'),
  'story-too-long': rule('warn', 'A story is read in a minute; the rest belongs behind a link.'),
  'paragraph-too-long': rule('warn', "A paragraph of 80 words fills a phone's screen."),
  'edition-too-long': rule('warn', 'An edition that takes longer than promised is read to the end by few.'),
  'dashboard-single': rule('warn', 'A dashboard of one entry is a brief.'),
  'sentences-long': rule(
    'note',
    'Sentences of more than 20 words on average are hard to take in on a phone.',
  ),
  'word-doubled': rule('warn', 'A word that stands twice in a row is a typing error.'),

  'link-vague': rule('block', 'Who listens to the links alone hears only their texts.'),
  'link-bare-url': rule('block', 'An address that leads to another one misleads.'),
  'link-own-address': rule('warn', 'An address as link text is short to write and long to listen to.'),
  'link-not-public': rule('warn', 'Subscribers cannot open an address of this machine or network.'),
  'link-twice': rule('warn', 'The same address behind other words looks like another page.'),
  'link-repeated': rule('note', 'Two links to the same page divide attention.'),
  'link-tracking': rule('warn', "Another sender's tracking parameters follow subscribers, and break."),
  'link-shortened': rule('warn', 'A shortened address hides where it leads, and filters distrust it.'),
  'url-not-linked': rule('warn', 'Some clients make a link of it, some do not.'),
  'link-dead': requests('block', 'A page that is not there costs trust with every press.'),
  'link-certificate': requests('block', 'Browsers warn before they open a page without a valid certificate.'),
  'link-failing': requests('warn', 'A page that fails now may fail for every subscriber.'),
  'link-to-home': requests('warn', 'A link that ends at a home page usually led to a page that was deleted.'),
  'link-moved': requests('note', 'A page that moved for good is reached faster where it is.'),
  'link-unchecked': requests('note', 'What could not be requested has to be opened by a person.'),

  'image-alt-wordy': rule('warn', 'A screen reader says that it is an image.'),
  'image-alt-too-long': rule('warn', 'A long text for an image is read out without a pause.'),
  'image-credit-missing': rule('warn', 'Photographers are named, and rights are kept in order.'),
  'image-large': rule('warn', 'A heavy image arrives late on a train.'),
  'image-hosted': rule('warn', 'Its server learns who opens the mail, and can change or delete it.'),
  'image-pale': rule('warn', 'Pale lines on a transparent ground cannot be seen in light mode.'),

  'date-off-schedule': rule('warn', 'An edition for a day without one is often the wrong date.'),
  'date-holiday': rule('warn', 'The publication has no edition on that day.'),
  'date-old': rule('warn', 'An old time beside a story is often a typing error.'),
  'updated-before-published': rule('warn', 'A story is not updated before it is published.'),
  'sponsor-above-lead': rule('warn', 'The news comes first.'),
  'markup-bold': rule('block', 'Stars that subscribers see were meant as bold text.'),
  'word-divided': rule(
    'warn',
    'A word that was cut for a narrow column keeps its hyphen in the middle of a line.',
  ),
  'markup-mark': rule('warn', 'Marks that subscribers see were meant as formatting.'),

  'spam-score': requests(
    'warn',
    'Receivers that use SpamAssassin put the message aside from five points on.',
  ),

  spelling: { level: 'warn', rationale: 'A typing error makes the facts look careless too.', prose: true },
  'spelling-name': prose('A name that stands once cannot be compared with another.'),
  'passive-voice': prose('Who did it is often the news.'),
  'filler-word': prose('Words such as "basically" and "quite" can go.'),
} as const satisfies Readonly<Record<string, CheckRule>>;

export type CheckRuleId = keyof typeof checkRules;

export function isCheckRule(id: string): id is CheckRuleId {
  return Object.hasOwn(checkRules, id);
}

/** Levels that differ from those of `checkRules`. */
export type CheckLevels = Readonly<Partial<Record<CheckRuleId, Level>>>;

/** True if a rule on prose blocks, so that composing has to run them. */
export function proseBlocks(chosen: CheckLevels): boolean {
  return Object.entries(chosen).some(
    ([id, level]) => level === 'block' && isCheckRule(id) && 'prose' in checkRules[id],
  );
}
