/** Loaded by a spawned process before its program: its clock runs CLOCK_OFFSET_MS ahead of the machine's. */
const offsetMs = Number(process.env['CLOCK_OFFSET_MS']);
const RealDate = Date;
const now = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
});
