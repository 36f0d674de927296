export interface Lazy<T> {
  (): Promise<T>;
  wasOpened(): boolean;
}

/** Makes a thing when it is first asked for, once. */
export function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return Object.assign(() => (made ??= make()), { wasOpened: () => made !== undefined });
}
