/**
 * Loaded by a process before its program: its clock runs CLOCK_OFFSET_MS ahead of the machine's. The variable
 * is read at each question, because a process that runs several commands gets another one for each.
 */
const RealDate = Date;
const now = () => RealDate.now() + Number(process.env['CLOCK_OFFSET_MS'] ?? 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
});
