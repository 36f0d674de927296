import { AppError } from '../../errors/app-error.ts';

/** Translates an error of `listen`; others are returned as they are. */
export function listenError(
  error: unknown,
  { host, port, variable }: { readonly host: string; readonly port: number; readonly variable: string },
): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const where = `port ${port} of ${host}`;
  if (code === 'EADDRINUSE') {
    return new AppError('PORT_UNAVAILABLE', `Another program listens on ${where}.`, {
      hint: `Choose another ${variable}, or stop the other program.`,
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new AppError('PORT_UNAVAILABLE', `This user may not listen on ${where}.`, {
      hint: `Choose a ${variable} above 1023, and let a web server pass requests on.`,
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new AppError('PORT_UNAVAILABLE', `This machine has no address ${host} to listen on.`, {
      hint: 'Set HOST to an address of this machine, such as 127.0.0.1.',
      cause: error,
    });
  }
  return error;
}
