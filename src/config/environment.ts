/** The environment of this process. Nothing else in Daybrief reads it. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
