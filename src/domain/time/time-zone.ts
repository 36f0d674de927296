/** Zones are looked up a million times in an import, and making a formatter takes some 20 µs. */
const known = new Map<string, string | undefined>();
const maxKnown = 2_000;

/** Returns the IANA zone of this name in its usual capitals; undefined if there is none. */
export function readTimeZone(name: string): string | undefined {
  if (name.length > 64 || !/^[A-Za-z]/.test(name)) return undefined;
  if (!known.has(name)) {
    if (known.size >= maxKnown) known.clear();
    known.set(name, resolveTimeZone(name));
  }
  return known.get(name);
}

function resolveTimeZone(name: string): string | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // Intl returns an alias under the zone's older name; keep the name that was typed.
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return undefined;
  }
}
