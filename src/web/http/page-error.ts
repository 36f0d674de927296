/** What an error page says; each is a pair of phrases. */
export type Told = 'notFound' | 'deadLink' | 'refused' | 'failed';

/** An ordinary "no" of the pages: nothing is wrong with us, and nothing is logged. */
export class PageError extends Error {
  readonly statusCode: number;
  readonly told: Told;

  constructor(statusCode: number, told: Told) {
    super(`${told} (${statusCode})`);
    this.name = 'PageError';
    this.statusCode = statusCode;
    this.told = told;
  }
}

export function notFound(): PageError {
  return new PageError(404, 'notFound');
}

/** A token that is none of ours, where the page cannot pretend that it is. */
export function deadLink(): PageError {
  return new PageError(404, 'deadLink');
}
