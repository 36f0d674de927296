import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { createMetrics } from '../../../src/web/metrics.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { programOf } from '../../support/servers/postfix.ts';
import { MemoryWebServices } from '../../support/web/memory-web-services.ts';

const folder = join(import.meta.dirname, '../../../docs/deploy');

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** Names of metrics with the labels that `/metrics` exports. */
async function exported(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = createMetrics(new MemoryWebServices([samplePublication]), { now: Date.now });
  metrics.observe({ method: 'GET', route: '/', status: 200, seconds: 0.01 });
  metrics.deadLink('/unsubscribe/:token');
  const { body } = await metrics.text();
  const found = new Map<string, Set<string>>();
  for (const line of body.split('\n')) {
    const [, name, labels = ''] = /^(\w+)(?:\{([^}]*)\})? /u.exec(line) ?? [];
    if (name === undefined) continue;
    const known = found.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/gu)) known.add(label);
    found.set(name, known);
  }
  return found;
}

function expressions(): readonly (readonly [string, string])[] {
  const rules = parse(readFileSync(join(folder, 'alerts.yml'), 'utf8')) as Rules;
  const dashboard = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8')) as Dashboard;
  return [
    ...rules.groups.flatMap((group) => group.rules.map(({ alert, expr }) => [alert, expr] as const)),
    ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ];
}

test.each(expressions())('%s asks for metrics and labels that exist', async (_, expression) => {
  const metrics = await exported();
  const names = [...expression.matchAll(/\b(?:daybrief|process|nodejs)_\w+/gu)].map(([name]) => name);
  const grouped = [...expression.matchAll(/by \(([^)]*)\)/gu)].flatMap(([, labels = '']) =>
    labels.split(', '),
  );
  const known = new Set(names.flatMap((name) => [...(metrics.get(name) ?? [])]));

  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect([...metrics.keys()]).toContain(name);
  for (const label of grouped) expect([...known]).toContain(label);
});

test('promtool accepts the rules', () => {
  const { status, stderr } = spawnSync(
    programOf('promtool'),
    ['check', 'rules', join(folder, 'alerts.yml')],
    {
      encoding: 'utf8',
    },
  );

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
