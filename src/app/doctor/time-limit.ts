/** Aborts with the signal, or when the time is over. Unlike those of `AbortSignal.timeout`, its timer keeps no process alive. */
export function timeLimit(signal: AbortSignal, limitMs: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error('the time is over')), limitMs).unref();
  const abort = () => {
    clearTimeout(timer);
    controller.abort(signal.reason);
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
