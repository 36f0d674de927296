import type { PreferencesView } from '../../app/signup/preference-actions.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { Web } from '../web-context.ts';

/** The preferences page of one subscriber as HTML. */
export function preferencesPage(
  web: Web,
  options: {
    readonly token: string;
    readonly view: PreferencesView;
    readonly saved?: 'saved' | 'invalid';
  },
): string {
  const { token, view, saved } = options;
  const { publication } = view;
  const { pages: phrases } = phrasesFor(publication.language);
  const action = web.site.path(`/preferences/${encodeURIComponent(token)}`, publication);
  return web.pages.html({
    template: 'preferences',
    title: phrases.preferences,
    publication,
    view: {
      action,
      dataAction: `${action}/data-link`,
      isSaved: saved === 'saved',
      isInvalid: saved === 'invalid',
      name: view.name,
      zones: zoneGroups(view.timeZone),
      pausedUntil: view.pausedUntil,
      publications: view.publications.map((one) => ({
        slug: one.publication.slug,
        name: one.publication.name,
        subscribed: one.subscribed,
      })),
    },
  });
}

interface ZoneGroup {
  readonly region: string;
  readonly zones: readonly { readonly name: string; readonly label: string; readonly isChosen: boolean }[];
}

/** Every zone that this machine knows, by region; the chosen one is in it even where its name is an alias. */
function zoneGroups(chosen: string): readonly ZoneGroup[] {
  const names = new Set(Intl.supportedValuesOf('timeZone'));
  if (chosen !== '') names.add(chosen);
  const regions = Map.groupBy([...names].toSorted(), (name) => name.split('/')[0] ?? '');
  return [...regions].map(([region, zones]) => ({
    region,
    zones: zones.map((name) => ({
      name,
      label: name.slice(name.indexOf('/') + 1).replaceAll('_', ' '),
      isChosen: name === chosen,
    })),
  }));
}
