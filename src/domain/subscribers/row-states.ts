/**
 * What a cell says about a row of an import. `bounced`, `complained` and `suppressed` suppress the address;
 * `left-out` is a row that its system has deleted.
 */
export const rowStates = [
  'active',
  'pending',
  'unsubscribed',
  'suppressed',
  'bounced',
  'complained',
  'left-out',
] as const;
export type RowState = (typeof rowStates)[number];

/** Cells of true and false, in lower case. */
export const trueWords = ['true', '1', 'yes', 'y'] as const;
export const falseWords = ['false', '0', 'no', 'n'] as const;

/** Words of nearly every system. */
export const plainWords: Readonly<Record<string, RowState>> = {
  active: 'active',
  subscribed: 'active',
  unsubscribed: 'unsubscribed',
  unconfirmed: 'pending',
  pending: 'pending',
  bounced: 'bounced',
  complained: 'complained',
};

/**
 * Values that mean the same in every system, in a column whose name or values show that it is a state:
 * Mailchimp, MailerLite, ActiveCampaign, AWeber, Sendy and others call it "Status".
 */
export const stateWords: Readonly<Record<string, RowState>> = {
  ...plainWords,
  confirmed: 'active',
  enabled: 'active',
  verified: 'active',
  suppressed: 'suppressed',
  unsubscribe: 'unsubscribed',
  'opted out': 'unsubscribed',
  'opted-out': 'unsubscribed',
  optout: 'unsubscribed',
  'opt-out': 'unsubscribed',
  cancelled: 'unsubscribed',
  canceled: 'unsubscribed',
  'un-confirmed': 'pending',
  'not confirmed': 'pending',
  cleaned: 'bounced',
  bounce: 'bounced',
  hardbounced: 'bounced',
  'hard bounced': 'bounced',
  'hard bounce': 'bounced',
  undeliverable: 'bounced',
  junk: 'complained',
  spam: 'complained',
  complaint: 'complained',
  'marked as spam': 'complained',
  blocklisted: 'suppressed',
  blacklisted: 'suppressed',
  blocked: 'suppressed',
  aktiv: 'active',
  angemeldet: 'active',
  abgemeldet: 'unsubscribed',
  abbestellt: 'unsubscribed',
  ausgetragen: 'unsubscribed',
  actif: 'active',
  abonné: 'active',
  désabonné: 'unsubscribed',
  désinscrit: 'unsubscribed',
  activo: 'active',
  suscrito: 'active',
  'dado de baja': 'unsubscribed',
  attivo: 'active',
  iscritto: 'active',
  disiscritto: 'unsubscribed',
};

/** Names of columns that show a state in files of no system above, in the spelling of `simplifyColumn`. */
export const stateColumnNames: readonly string[] = [
  'status',
  'state',
  'subscriptionstatus',
  'subscriberstatus',
  'subscriptionstate',
  'emailstatus',
  'mailstatus',
  'memberstatus',
  'contactstatus',
  'emailmarketingstatus',
  'listmembership',
  'optinstatus',
  'consentstatus',
  'unsubscribed',
  'isunsubscribed',
  'unsubscribedat',
  'unsubscribedate',
  'unsubscribeddate',
  'unsubscriptiondate',
  'unsubtime',
  'optout',
  'optedout',
  'optouttime',
  'blacklisted',
  'blocklisted',
  'suppressed',
  'bounced',
  'bouncedat',
  'complained',
  'donotcontact',
  'donotemail',
  'emailoptout',
  'hasoptedoutofemail',
  'emaildisabled',
  'deleted',
  'isdeleted',
  'deletedat',
  'subscribed',
  'issubscribed',
  'optin',
  'optedin',
  'emailoptin',
  'acceptsmarketing',
  'acceptsemailmarketing',
  'marketingconsent',
  'active',
  'isactive',
  'enabled',
  'isenabled',
  'confirmed',
  'isconfirmed',
  'emailconfirmed',
  'verified',
  'isverified',
  'emailverified',
];

/** Cells of columns in `stateColumnNames` whose name says what a true or filled cell means. */
export const flagColumns: Readonly<Record<string, RowState>> = {
  unsubscribed: 'unsubscribed',
  isunsubscribed: 'unsubscribed',
  optout: 'unsubscribed',
  optedout: 'unsubscribed',
  donotcontact: 'unsubscribed',
  donotemail: 'unsubscribed',
  emailoptout: 'unsubscribed',
  hasoptedoutofemail: 'unsubscribed',
  emaildisabled: 'unsubscribed',
  blacklisted: 'unsubscribed',
  blocklisted: 'suppressed',
  suppressed: 'suppressed',
  bounced: 'bounced',
  complained: 'complained',
  deleted: 'left-out',
  isdeleted: 'left-out',
};

/** The same for columns in which a true cell means active: the state of a false one. */
export const consentColumns: Readonly<Record<string, RowState>> = {
  subscribed: 'unsubscribed',
  issubscribed: 'unsubscribed',
  optin: 'unsubscribed',
  optedin: 'unsubscribed',
  emailoptin: 'unsubscribed',
  acceptsmarketing: 'unsubscribed',
  acceptsemailmarketing: 'unsubscribed',
  marketingconsent: 'unsubscribed',
  active: 'unsubscribed',
  isactive: 'unsubscribed',
  enabled: 'unsubscribed',
  isenabled: 'unsubscribed',
  confirmed: 'pending',
  isconfirmed: 'pending',
  emailconfirmed: 'pending',
  verified: 'pending',
  isverified: 'pending',
  emailverified: 'pending',
};

/** Columns of times: a filled cell has this state. */
export const timeColumns: Readonly<Record<string, RowState>> = {
  unsubscribedat: 'unsubscribed',
  unsubscribedate: 'unsubscribed',
  unsubscribeddate: 'unsubscribed',
  unsubscriptiondate: 'unsubscribed',
  unsubtime: 'unsubscribed',
  optouttime: 'unsubscribed',
  bouncedat: 'bounced',
  deletedat: 'left-out',
};

/** What databases and spreadsheets write into a cell without a value, in lower case. */
export const noValue =
  /^(?:|null|\(null\)|nil|none|undefined|nan|n\/a|#n\/a|\\n|-|0000-00-00(?: 00:00:00)?)$/u;

/** The name of a column in lower case, with letters and digits only. */
export function simplifyColumn(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Returns the stricter of two states: a row that opted out stays out. */
export function stricter(one: RowState, other: RowState): RowState {
  return rank[one] >= rank[other] ? one : other;
}

const rank: Readonly<Record<RowState, number>> = {
  active: 0,
  pending: 1,
  'left-out': 2,
  unsubscribed: 3,
  bounced: 4,
  suppressed: 5,
  complained: 6,
};
