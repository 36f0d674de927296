import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { RenderRequest } from '../../../src/app/ports/digests.ts';
import { keepRenderings } from '../../../src/render/kept-renderings.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import { sampleInput, templatesDir as packageTemplates } from '../../support/content/render-sample.ts';
import { tempFolder } from '../../support/temp-folder.ts';

interface Process {
  readonly render: ReturnType<typeof keepRenderings>;
  /** Editions that were rendered and not found. */
  count: number;
}

/** A folder of renderings and templates of its own, and processes that use both. */
function place({ folder = join(tempFolder(), 'rendered-editions') } = {}) {
  const templatesDir = join(tempFolder(), 'templates');
  cpSync(packageTemplates, templatesDir, { recursive: true });
  const start = (options: { readonly startedAt?: number } = {}): Process => {
    const renderer = createRenderer({ templatesDir });
    const started: Process = {
      count: 0,
      render: keepRenderings({
        folder,
        templatesDir,
        render: async (request, onHtml) => {
          started.count += 1;
          return (await renderer).render(request, onHtml);
        },
        ...options,
      }),
    };
    return started;
  };
  return { folder, templatesDir, start };
}

test('takes an edition that another process rendered, readable by its owner alone', async () => {
  const { folder, start } = place();
  const rendered = await start().render(sampleInput);
  const second = start();
  const early: unknown[] = [];

  const found = await second.render(sampleInput, async (html) => void early.push(html));

  expect(second.count).toBe(0);
  expect(found).toEqual(rendered);
  expect(early).toEqual([rendered.html]);
  expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

const otherImage = sampleInput.images.map((image) => ({ ...image, url: `${image.url}?2` }));
const changes: readonly (readonly [string, Partial<RenderRequest>])[] = [
  ['digest', { digest: { ...sampleInput.digest, subject: 'Another subject' } }],
  ['publication', { publication: { ...sampleInput.publication, name: 'Another name' } }],
  ['base URL', { baseUrl: 'https://other.example.org' }],
  ['send time', { sendAt: new Date('2026-11-23T13:00:00Z') }],
  ['image', { images: otherImage }],
];

test.each(changes)('renders an edition with another %s', async (_what, change) => {
  const { start } = place();
  await start().render(sampleInput);
  const second = start();

  await second.render({ ...sampleInput, ...change });

  expect(second.count).toBe(1);
});

test.each(['bulletin/edition.mjml.hbs', 'shared/partials/paragraph.mjml.hbs'])(
  'renders again once %s of the templates has changed',
  async (file) => {
    const { templatesDir, start } = place();
    const request = { ...sampleInput, publication: { ...sampleInput.publication, template: 'bulletin' } };
    await start().render(request);
    const path = join(templatesDir, file);
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n`);
    const second = start();

    await second.render(request);

    expect(second.count).toBe(1);
  },
);

test('keeps nothing of a template that changed after its first rendering failed', async () => {
  const { templatesDir, folder, start } = place();
  const path = join(templatesDir, 'bulletin/edition.mjml.hbs');
  const request = { ...sampleInput, publication: { ...sampleInput.publication, template: 'bulletin' } };
  const process = start();
  const failed = process.render(request, async () => {
    throw new Error('The disk is full.');
  });
  await expect(failed).rejects.toThrow('The disk is full.');
  writeFileSync(path, readFileSync(path, 'utf8').replace('<mj-body', '<mj-body css-class="new"'));

  await process.render(request);

  expect(() => readdirSync(folder)).toThrow('ENOENT');
});

test('keeps nothing where a template changes between two renderings that begin together', async () => {
  const { templatesDir, start } = place();
  const path = join(templatesDir, 'bulletin/edition.mjml.hbs');
  const request = { ...sampleInput, publication: { ...sampleInput.publication, template: 'bulletin' } };
  const process = start();
  const first = process.render(request, async () => {
    writeFileSync(path, readFileSync(path, 'utf8').replace('<mj-body', '<mj-body css-class="new"'));
    second ??= process.render({ ...request, baseUrl: 'https://other.example.org' });
  });
  let second: ReturnType<Process['render']> | undefined;
  await first;
  await second;
  const later = start();

  await later.render({ ...request, baseUrl: 'https://other.example.org' });

  expect(later.count).toBe(1);
});

test('renders again where the file is damaged', async () => {
  const { folder, start } = place();
  const rendered = await start().render(sampleInput);
  const [name = ''] = readdirSync(folder);
  const path = join(folder, name);
  writeFileSync(path, readFileSync(path, 'utf8').replace('e', 'a'));
  const second = start();

  expect(await second.render(sampleInput)).toEqual(rendered);
  expect(second.count).toBe(1);
});

test('keeps nothing once the code was replaced while the process runs', async () => {
  const { folder, start } = place();
  const process = start({ startedAt: 0 });

  await process.render(sampleInput);
  await process.render(sampleInput);

  expect(process.count).toBe(2);
  expect(() => readdirSync(folder)).toThrow('ENOENT');
});

test('renders each time, and makes no folder, where there is none to keep anything in', async () => {
  const home = join(tempFolder(), 'data');
  const { start } = place({ folder: join(home, 'rendered-editions') });
  const process = start();

  await process.render(sampleInput);
  await process.render(sampleInput);

  expect(process.count).toBe(2);
  expect(existsSync(home)).toBe(false);
});

test('keeps the newest forty', async () => {
  const { folder, start } = place();
  const { render } = start();

  for (let run = 0; run < 42; run += 1) await render({ ...sampleInput, sendAt: new Date(run * 3_600_000) });

  expect(readdirSync(folder)).toHaveLength(40);
});
