import { phrasesFor } from '../../phrases/phrases-for.ts';
import { dateFormat } from './date-format.ts';

/** In an age in which zones have the summer time that they have. */
const someMonday = Date.UTC(2026, 0, 5);

/** The language of dates: a tag of a language that Daybrief does not speak would mix two. */
export function usedLocale(language: string): string {
  const phrases = phrasesFor(language);
  return language.toLowerCase().startsWith(phrases.language) ? language : phrases.language;
}

/** "Central Time" in that language. UTC is "UTC": Intl calls it "GMT+00:00". */
export function zoneName(timeZone: string, language: string): string {
  if (isUtc(timeZone)) return 'UTC';
  return nameIn(dateFormat(usedLocale(language), zoneOptions(timeZone))) ?? timeZone;
}

export function isUtc(timeZone: string): boolean {
  return /^(?:Etc\/)?(?:UTC|UCT|Zulu|Universal)$/iu.test(timeZone);
}

export interface ZoneGroup {
  readonly region: string;
  readonly zones: readonly { readonly name: string; readonly label: string }[];
}

/** By locale. The formats are not kept: 418 of them have 12 MB. */
const groups = new Map<string, readonly ZoneGroup[]>();

/** Every zone that this machine knows, by region, each as "Mountain Time, Denver"; UTC first. */
export function zoneGroups(language: string): readonly ZoneGroup[] {
  const locale = usedLocale(language);
  const known = groups.get(locale);
  if (known !== undefined) return known;
  const names = Intl.supportedValuesOf('timeZone').filter((name) => !isUtc(name));
  const collator = new Intl.Collator(locale);
  const regions = Map.groupBy(names, (name) => name.split('/')[0] ?? '');
  const made = [...regions].map(([region, zones]) => ({
    region,
    zones: zones
      .map((name) => ({ name, label: zoneLabel(name, locale) }))
      .toSorted((one, other) => collator.compare(one.label, other.label)),
  }));
  const all = [{ region: 'UTC', zones: [{ name: 'UTC', label: 'UTC' }] }, ...made];
  groups.set(locale, all);
  return all;
}

/** "Mountain Time, Denver" */
export function zoneLabel(timeZone: string, language: string): string {
  if (isUtc(timeZone)) return 'UTC';
  const city = timeZone.slice(timeZone.indexOf('/') + 1).replaceAll('_', ' ');
  const locale = usedLocale(language);
  const name = nameIn(new Intl.DateTimeFormat(locale, zoneOptions(timeZone)));
  return name === undefined ? city : `${name}${locale.startsWith('ar') ? '،' : ','} ${city}`;
}

function zoneOptions(timeZone: string): Intl.DateTimeFormatOptions {
  return { timeZone, timeZoneName: 'longGeneric' };
}

function nameIn(format: Intl.DateTimeFormat): string | undefined {
  return format.formatToParts(someMonday).find((part) => part.type === 'timeZoneName')?.value;
}
