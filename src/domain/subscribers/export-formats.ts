import { falseWords, plainWords, trueWords } from './row-states.ts';
import type { RowState } from './row-states.ts';

/** How one column of an export shows states. */
export interface StateColumn {
  /** Meaning of each value, without case and surrounding blanks. */
  readonly values?: Readonly<Record<string, RowState>>;
  /** Meaning of any other value that is not empty: a time, or a reason in words. */
  readonly filled?: RowState;
  /** Meaning of an empty cell; without it an empty cell is not understood. */
  readonly empty?: RowState;
}

export interface ExportFormat {
  readonly system: string;
  /** Columns that a file of this system has, in the spelling of `simplifyColumn`. */
  readonly has: readonly string[];
  readonly columns: Readonly<Record<string, StateColumn>>;
}

/** A time or a reason: the row has this state if the cell is filled. */
const ifFilled = (state: RowState): StateColumn => ({ filled: state, empty: 'active' });

/** A cell of true or false. */
function flag(ifTrue: RowState, ifFalse: RowState): StateColumn {
  return {
    values: Object.fromEntries([
      ...trueWords.map((word) => [word, ifTrue] as const),
      ...falseWords.map((word) => [word, ifFalse] as const),
    ]),
  };
}

const mailchimpUnsubscribed: ExportFormat['columns'] = {
  unsubtime: { filled: 'unsubscribed', empty: 'unsubscribed' },
  unsubreasonother: { filled: 'unsubscribed', empty: 'unsubscribed' },
  unsubreason: {
    values: { abuse: 'complained', spam: 'complained' },
    filled: 'unsubscribed',
    empty: 'unsubscribed',
  },
};

/** An attribute that Brevo's contacts may have beside the column that decides. */
const brevoOptIn: StateColumn = { ...flag('active', 'unsubscribed'), empty: 'active' };

/**
 * Exports of other systems, the more specific first: the first one whose columns a file has decides. Every
 * column that shows a state counts, and the strictest of them wins.
 */
export const exportFormats: readonly ExportFormat[] = [
  {
    system: 'Daybrief',
    has: ['email', 'state', 'timezone', 'createdat'],
    columns: {
      state: {
        values: {
          active: 'active',
          pending: 'pending',
          unsubscribed: 'unsubscribed',
          suppressed: 'suppressed',
        },
      },
    },
  },
  {
    system: 'Mailchimp, unsubscribed contacts',
    has: ['emailaddress', 'unsubtime'],
    columns: mailchimpUnsubscribed,
  },
  {
    // The column of addresses is named by the audience.
    system: 'Mailchimp, unsubscribed contacts of an audience',
    has: ['unsubtime', 'unsubreason'],
    columns: mailchimpUnsubscribed,
  },
  {
    system: 'Mailchimp, cleaned contacts',
    has: ['cleantime'],
    columns: { cleantime: { filled: 'bounced', empty: 'bounced' } },
  },
  {
    system: 'listmonk',
    has: ['uuid', 'email', 'attributes', 'status'],
    columns: {
      status: { values: { enabled: 'active', disabled: 'unsubscribed', blocklisted: 'suppressed' } },
      subscriptionstatus: {
        values: { confirmed: 'active', unconfirmed: 'pending', unsubscribed: 'unsubscribed' },
      },
    },
  },
  {
    system: 'Ghost',
    has: ['email', 'subscribedtoemails'],
    columns: {
      subscribedtoemails: flag('active', 'unsubscribed'),
      deletedat: ifFilled('left-out'),
    },
  },
  {
    system: 'Kit',
    has: ['emailaddress', 'state', 'canceledat'],
    columns: {
      state: {
        values: {
          active: 'active',
          inactive: 'pending',
          cancelled: 'unsubscribed',
          canceled: 'unsubscribed',
          bounced: 'bounced',
          complained: 'complained',
        },
      },
      canceledat: ifFilled('unsubscribed'),
    },
  },
  {
    system: 'Kit, newer files',
    has: ['emailaddress', 'status', 'cancelledat'],
    columns: {
      status: {
        values: {
          active: 'active',
          confirmed: 'active',
          inactive: 'pending',
          cancelled: 'unsubscribed',
          canceled: 'unsubscribed',
          bounced: 'bounced',
          complained: 'complained',
        },
      },
      cancelledat: ifFilled('unsubscribed'),
    },
  },
  {
    system: 'Buttondown',
    has: ['type', 'creationdate'],
    columns: {
      type: {
        values: {
          regular: 'active',
          premium: 'active',
          trialed: 'active',
          gifted: 'active',
          churning: 'active',
          churned: 'active',
          past_due: 'active',
          unpaid: 'active',
          upcoming: 'pending',
          disabled: 'unsubscribed',
          unactivated: 'pending',
          unsubscribed: 'unsubscribed',
          paused: 'unsubscribed',
          removed: 'unsubscribed',
          undeliverable: 'bounced',
          complained: 'complained',
          spammy: 'suppressed',
          blocked: 'suppressed',
        },
      },
      unsubscriptiondate: ifFilled('unsubscribed'),
    },
  },
  {
    system: 'Substack',
    has: ['email', 'activesubscription'],
    columns: { emaildisabled: flag('unsubscribed', 'active'), unsubscribedat: ifFilled('unsubscribed') },
  },
  {
    system: 'beehiiv',
    has: ['email', 'status', 'subscriptiontier'],
    columns: {
      status: {
        values: {
          ...plainWords,
          inactive: 'unsubscribed',
          validating: 'pending',
          needsattention: 'pending',
          needs_attention: 'pending',
          invalid: 'bounced',
        },
      },
    },
  },
  {
    system: 'phpList',
    has: ['email', 'confirmed', 'blacklisted'],
    columns: {
      confirmed: flag('active', 'pending'),
      blacklisted: flag('unsubscribed', 'active'),
      disabled: flag('unsubscribed', 'active'),
    },
  },
  {
    system: 'Keila',
    has: ['email', 'firstname', 'lastname', 'data', 'status'],
    columns: { status: { values: { ...plainWords, unreachable: 'bounced' } } },
  },
  {
    system: 'Brevo',
    has: ['email', 'blacklisted'],
    columns: { blacklisted: flag('unsubscribed', 'active'), optin: brevoOptIn },
  },
  {
    system: 'Brevo, newer files',
    has: ['email', 'emailblacklisted'],
    columns: { emailblacklisted: flag('unsubscribed', 'active'), optin: brevoOptIn },
  },
  {
    system: 'Mautic',
    has: ['email', 'donotcontact'],
    columns: {
      donotcontact: {
        values: {
          ...flag('unsubscribed', 'active').values,
          contactable: 'active',
          unsubscribed: 'unsubscribed',
          manual: 'unsubscribed',
          bounced: 'bounced',
        },
        empty: 'active',
      },
    },
  },
  {
    system: 'HubSpot',
    has: ['email', 'unsubscribedfromallemail'],
    columns: {
      unsubscribedfromallemail: { ...flag('unsubscribed', 'active'), empty: 'active' },
      emailhardbouncereason: ifFilled('bounced'),
      globalemailhardbouncereason: ifFilled('bounced'),
    },
  },
  {
    system: 'Constant Contact',
    has: ['emailaddress', 'emailstatus'],
    columns: {
      emailstatus: {
        values: {
          ...plainWords,
          implicit: 'active',
          explicit: 'active',
          'awaiting confirmation': 'pending',
          'pending confirmation': 'pending',
          'opted out': 'unsubscribed',
          'opt out': 'unsubscribed',
          'temp hold': 'pending',
        },
      },
    },
  },
  {
    system: 'Mailjet',
    has: ['email', 'isexcludedfromcampaigns'],
    columns: {
      isexcludedfromcampaigns: flag('unsubscribed', 'active'),
      isunsubscribed: flag('unsubscribed', 'active'),
    },
  },
  {
    system: 'Mailjet, a list',
    has: ['email', 'isunsubscribed'],
    columns: { isunsubscribed: flag('unsubscribed', 'active') },
  },
  {
    system: 'Campaign Monitor',
    has: ['emailaddress', 'state', 'datesubscribed'],
    columns: { state: { values: { ...plainWords, deleted: 'unsubscribed', suppressed: 'suppressed' } } },
  },
];
