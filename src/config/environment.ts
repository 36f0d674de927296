/** The environment of this process. No other module reads it. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
