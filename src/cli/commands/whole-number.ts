import { InvalidArgumentError } from 'commander';

/** Reads an option's value as a whole number of this range; anything else is a wrong command line. */
export function wholeNumber(range: { readonly min: number; readonly max: number }): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
    if (number >= range.min && number <= range.max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${range.min} to ${range.max}.`);
  };
}
