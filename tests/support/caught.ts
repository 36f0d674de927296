import { AppError } from '../../src/errors/app-error.ts';

/** The AppError that `act` throws. Any other ending fails the test. */
export function caught(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
