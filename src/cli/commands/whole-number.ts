import { InvalidArgumentError } from 'commander';

/** Reads an option's value as a whole number of this range; anything else is a wrong command line. */
export function wholeNumber(range: {
  readonly least: number;
  readonly most: number;
}): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
    if (number >= range.least && number <= range.most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${range.least} to ${range.most}.`);
  };
}
