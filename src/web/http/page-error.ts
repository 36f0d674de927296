/** What an error page says. The dead links differ in what to do instead. */
export type Shown = 'notFound' | 'deadLink' | 'deadConfirm' | 'deadUnsubscribe' | 'refused' | 'failed';

/** An ordinary "no" of the pages: nothing is wrong with us, and nothing is logged. */
export class PageError extends Error {
  readonly statusCode: number;
  readonly shown: Shown;

  constructor(statusCode: number, shown: Shown) {
    super(`${shown} (${statusCode})`);
    this.name = 'PageError';
    this.statusCode = statusCode;
    this.shown = shown;
  }
}

export function notFound(): PageError {
  return new PageError(404, 'notFound');
}

/** Error for an invalid token, on pages that cannot show a normal page for it. */
export function deadLink(shown: 'deadLink' | 'deadConfirm' | 'deadUnsubscribe' = 'deadLink'): PageError {
  return new PageError(404, shown);
}
