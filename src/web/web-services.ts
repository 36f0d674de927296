import type { ArchiveVerbs } from '../app/read-archive.ts';
import type { Publications } from '../app/signup-ports.ts';
import type { Outcome } from '../domain/delivery.ts';
import type { Figures } from '../domain/figures.ts';
import type { Publication } from '../domain/publication.ts';
import type { SignupSource } from '../domain/signup.ts';

/** Everything the pages do, filled in by whoever starts the server. */
export interface WebServices {
  readonly publications: Pick<Publications, 'find' | 'all'>;
  /** The one gate: the same for the form, the embedded form and programs. */
  signUp(request: SignUpRequest): Promise<SignUpAnswer>;
  /** What a form carries to show when it was made. */
  issueStamp(): string;
  /** Resolves where the database answers and its schema is the one this process knows; else throws. */
  ready(): Promise<void>;
  figures(): Promise<Figures>;
  /** How often the limit for all signups together has refused somebody since this process began. */
  overallLimitReached(): number;
  readonly readers: ReaderVerbs;
  readonly archive: ArchiveVerbs;
}

export interface SignUpRequest {
  /** Slug. */
  readonly publication: string;
  /** As it was typed. */
  readonly email: string;
  /** Empty where there was none. */
  readonly stamp: string;
  /** What stood in the field that people do not see. */
  readonly honeypot: string;
  /** IP address of the visitor, or of the last proxy that is not ours. */
  readonly network: string;
  readonly source: SignupSource;
}

export interface SignUpAnswer {
  readonly outcome: Outcome;
  /** In kebab-case. */
  readonly reason: string;
  readonly retryAfterMs?: number;
}

/** What readers do behind the links in their mail. A token that is not one of ours is an ordinary answer. */
export interface ReaderVerbs {
  /** What a confirmation link is for. Changes nothing. */
  confirmation(token: string): Promise<Publication | undefined>;
  confirm(token: string): Promise<{ readonly outcome: Outcome; readonly publication?: Publication }>;
  /** What an unsubscribe link is for. Changes nothing. */
  leaving(token: string): Promise<Publication | undefined>;
  unsubscribe(token: string): Promise<{ readonly publication?: Publication; readonly undoToken?: string }>;
  undo(token: string): Promise<{ readonly done: boolean; readonly publication?: Publication }>;
  preferences(token: string): Promise<PreferencesView | undefined>;
  /** `invalid` where the time zone or the date is none; nothing where the token is none. */
  savePreferences(token: string, input: PreferencesInput): Promise<'saved' | 'invalid' | undefined>;
  requestManageLink(token: string): Promise<void>;
  manage(token: string): Promise<ManageView | undefined>;
  download(token: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  erase(token: string): Promise<boolean>;
}

export interface PreferencesView {
  /** The one whose mail the link stood in. */
  readonly publication: Publication;
  readonly name: string;
  /** IANA zone name, or empty. */
  readonly timeZone: string;
  /** `YYYY-MM-DD`: the first day with mail again; empty where there is no pause. */
  readonly pausedUntil: string;
  /** All that can be joined here, by name. */
  readonly publications: readonly {
    readonly publication: Publication;
    /** Active, or waiting for a confirmation. */
    readonly subscribed: boolean;
  }[];
}

/** What the form on the preferences page held, as it was typed. */
export interface PreferencesInput {
  readonly name: string;
  readonly timeZone: string;
  readonly pausedUntil: string;
  /** Slugs of those that are wanted; all others are left. */
  readonly publications: readonly string[];
  /** IP address of the visitor; see `SignUpRequest`. */
  readonly network: string;
}

export interface ManageView {
  readonly publication: Publication;
  readonly address: string;
}
