/**
 * Every error code Daybrief can show, declared once with its kind. Codes are permanent: scripts and
 * runbooks depend on them.
 */
export const catalogue = {
  USAGE_INVALID: 'usage',
  CONFIG_INVALID: 'config',
  CONFIG_SECRET_UNUSABLE: 'config',
  CONFIG_DATABASE_UNUSABLE: 'config',
  CONFIG_MJML_PRESENT: 'config',
  DKIM_KEY_UNUSABLE: 'config',
  DKIM_RECORD_DIFFERS: 'config',
  PUBLICATION_INVALID: 'config',
  PUBLICATION_NOT_FOUND: 'usage',
  PUBLICATION_EXISTS: 'conflict',
  DIGEST_NOT_FOUND: 'usage',
  DIGEST_INVALID: 'content',
  FILE_UNREADABLE: 'usage',
  FILE_UNWRITABLE: 'unavailable',
  TEMPLATE_INVALID: 'config',
  MESSAGE_INVALID: 'content',
  IMPORT_INVALID: 'content',
  IMPORT_PARTIAL: 'partial',
  ADDRESS_INVALID: 'content',
  ADDRESS_SUPPRESSED: 'conflict',
  ADDRESS_UNSUBSCRIBED: 'conflict',
  SUBSCRIBER_NOT_FOUND: 'usage',
  EDITION_NOT_FOUND: 'usage',
  REPORT_NOT_FOUND: 'usage',
  REPORT_UNKNOWN_RECIPIENT: 'refused',
  EDITION_NOT_APPROVED: 'refused',
  EDITION_DUE: 'refused',
  EDITION_EARLY: 'refused',
  BASE_URL_LOCAL: 'refused',
  EDITION_LATE: 'refused',
  EDITION_CHANGED: 'conflict',
  APPROVAL_BY_AUTHOR: 'refused',
  PROOF_NOT_FOUND: 'usage',
  EDITION_STATE: 'conflict',
  EDITION_UNCHANGED: 'conflict',
  EDITION_BYTES_DIFFER: 'refused',
  AUDIENCE_EMPTY: 'refused',
  EDITION_ON_HOLD: 'refused',
  DATABASE_OLDER: 'refused',
  DATABASE_IN_USE: 'conflict',
  BACKUP_INVALID: 'content',
  STORE_UNAVAILABLE: 'unavailable',
  STORE_SCHEMA_MISMATCH: 'config',
  QUEUE_UNAVAILABLE: 'unavailable',
  COPY_REFUSED: 'refused',
  COPY_DIFFERS: 'conflict',
  PROGRAM_MISSING: 'unavailable',
  RELAY_UNAVAILABLE: 'unavailable',
  RELAY_INSECURE: 'config',
  PORT_UNAVAILABLE: 'unavailable',
  FETCH_REFUSED: 'refused',
  FETCH_FAILED: 'unavailable',
  CANDIDATE_UNREADABLE: 'content',
  ITEM_NOT_FOUND: 'usage',
  DIGEST_EXISTS: 'conflict',
  BUG: 'bug',
} as const;

export type ErrorCode = keyof typeof catalogue;
export type ErrorKind = (typeof catalogue)[ErrorCode];

/** Each kind's exit status, HTTP status, and whether a retry can help. */
export const kinds: Readonly<
  Record<ErrorKind, { readonly exitStatus: number; readonly httpStatus: number; readonly retry: boolean }>
> = {
  bug: { exitStatus: 1, httpStatus: 500, retry: false },
  usage: { exitStatus: 2, httpStatus: 400, retry: false },
  config: { exitStatus: 3, httpStatus: 500, retry: false },
  content: { exitStatus: 4, httpStatus: 422, retry: false },
  refused: { exitStatus: 4, httpStatus: 403, retry: false },
  unavailable: { exitStatus: 5, httpStatus: 503, retry: true },
  conflict: { exitStatus: 6, httpStatus: 409, retry: false },
  partial: { exitStatus: 7, httpStatus: 207, retry: false },
};
