/** A time in UTC epoch milliseconds. */
export type EpochMs = number;

/** A calendar date as `YYYY-MM-DD`, in the publication's time zone. */
export type IsoDate = string;

/** The name of a publication in commands, paths and URLs: lower-case letters, digits and hyphens. */
export type Slug = string;
