import { InvalidArgumentError } from 'commander';

/** Returns an option parser for whole numbers in a range; other values are usage errors. */
export function wholeNumber(range: { readonly min: number; readonly max: number }): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
    if (number >= range.min && number <= range.max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${range.min} to ${range.max}.`);
  };
}
