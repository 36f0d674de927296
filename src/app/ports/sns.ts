/** Certificates with which Amazon SNS signs, by their URL. */
export interface Certificates {
  /** PEM, if it was fetched before. */
  known(url: string): string | undefined;
  /** @throws AppError FETCH_REFUSED, FETCH_FAILED */
  get(url: string): Promise<string>;
}
