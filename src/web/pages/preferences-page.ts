import type { PreferencesView, Saved } from '../../app/signup/preference-actions.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { Web } from '../web-context.ts';
import { sentenceStart } from './name-of.ts';
import { daysAndHour, hourOf, nextEditionAt } from './when-it-comes.ts';
import { isUtc, zoneGroups, zoneLabel, zoneName } from './zone-name.ts';
import type { ZoneGroup } from './zone-name.ts';

/** The preferences page of one subscriber as HTML. */
export function preferencesPage(
  web: Web,
  options: { readonly token: string; readonly view: PreferencesView; readonly saved?: Saved },
): Promise<string> {
  const { token, view, saved } = options;
  const { publication } = view;
  const { pages: phrases } = phrasesFor(publication.language);
  const path = (to: string) => web.site.path(to, publication);
  const action = path(`/preferences/${encodeURIComponent(token)}`);
  return web.pages.html({
    template: 'preferences',
    title: phrases.preferences,
    publication,
    script: 'preferences.js',
    view: {
      action,
      dataAction: `${action}/data-link`,
      unsubscribe: path(`/unsubscribe/${encodeURIComponent(view.unsubscribeToken)}`),
      outcome: outcomeOf(view, { saved, now: web.services.now() }),
      isZoneInvalid: saved === 'invalid-time-zone',
      isPauseInvalid: saved === 'invalid-pause',
      name: view.name,
      zones: zonesWith(view.timeZone, publication.language),
      comesAt: comesAt(view, web.services.now()),
      pausedUntil: view.pausedUntil,
      publications: view.publications.map(({ publication: one, subscribed }) => ({
        slug: one.slug,
        name: one.name,
        subscribed,
        hint: newsletterHint(one, { subscribed, language: publication.language }),
      })),
    },
  });
}

function outcomeOf(
  { publication, timeZone }: PreferencesView,
  { saved, now }: { readonly saved: Saved | undefined; readonly now: number },
) {
  const { language } = publication;
  const { pages: phrases } = phrasesFor(language);
  switch (saved) {
    case undefined:
      return false;
    case 'saved': {
      const time = hourOf(now, { timeZone: timeZone || publication.timeZone, language });
      return { kind: 'good', text: phrases.savedAt(time) };
    }
    case 'invalid-time-zone':
      return { kind: 'bad', text: phrases.zoneNotSaved };
    case 'invalid-pause':
      return { kind: 'bad', text: phrases.pauseNotSaved };
  }
}

/** When the next edition comes by the clocks of the subscriber, or of the publication. */
function comesAt({ publication, timeZone }: PreferencesView, now: number): string {
  const { name, language } = publication;
  const { pages: phrases } = phrasesFor(language);
  const zone = timeZone || publication.timeZone;
  const next = nextEditionAt(publication, { now, timeZone: zone });
  if (next === undefined) return '';
  const time = hourOf(next, { timeZone: zone, language });
  if (timeZone !== '') return phrases.comesWhereYouAre(name, time);
  return phrases.comesInZone(name, time, zoneName(zone, language));
}

/** "Monday to Friday at 6:00 AM", in the language of the page. */
function newsletterHint(
  publication: Publication,
  { subscribed, language }: { readonly subscribed: boolean; readonly language: string },
): string {
  const { pages: phrases } = phrasesFor(language);
  const when = sentenceStart(daysAndHour({ ...publication, language }), language);
  return subscribed || !publication.doubleOptIn ? when : `${when}. ${phrases.byConfirmation}`;
}

/** Every zone, with the chosen one marked; it is in the list even where its name is an alias. */
function zonesWith(chosen: string, language: string) {
  const groups = zoneGroups(language);
  const name = isUtc(chosen) ? 'UTC' : chosen;
  const isKnown = groups.some(({ zones }) => zones.some((zone) => zone.name === name));
  const own: readonly ZoneGroup[] =
    isKnown || name === ''
      ? []
      : [{ region: name.split('/')[0] ?? '', zones: [{ name, label: zoneLabel(name, language) }] }];
  return [...own, ...groups].map(({ region, zones }) => ({
    region,
    zones: zones.map((zone) => ({ ...zone, isChosen: zone.name === name })),
  }));
}
