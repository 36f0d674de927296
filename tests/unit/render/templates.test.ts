import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { importMjml } from '../../../src/render/import-mjml.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import { sampleInput, templatesDir } from '../../support/render-sample.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybrief-templates-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeTemplate(files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, 'own', 'partials'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'own', name), content);
}

async function renderOwn(mjml: string, { text = 'x', page = 'x' } = {}): Promise<unknown> {
  const pages = { 'page.html.hbs': page, 'page.txt.hbs': page };
  await writeTemplate({ 'edition.mjml.hbs': mjml, 'edition.txt.hbs': text, ...pages });
  const renderer = await createRenderer({ templatesDir: folder });
  return await renderer.render({
    ...sampleInput,
    publication: { ...sampleInput.publication, template: 'own' },
  });
}

describe('templates', () => {
  test('that are not there are named in a sentence', async () => {
    await expect(loadTemplates(join(folder, 'none'))).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    await expect(loadTemplates(folder)).rejects.toThrow('There is no edition template in');
    await writeTemplate({ 'edition.mjml.hbs': '<mjml></mjml>' });
    await expect(loadTemplates(folder)).rejects.toThrow('edition.txt.hbs cannot be read');
  });

  test('that cannot be compiled are refused when they are loaded, with their path and line', async () => {
    await writeTemplate({ 'edition.mjml.hbs': '<mjml>\n{{#if x}}</mjml>', 'edition.txt.hbs': 'x' });

    await expect(loadTemplates(folder)).rejects.toThrow(/own\/edition\.mjml\.hbs cannot be used: .*line 2/u);
  });

  test.each([
    ['a misspelt name', '{{hedline}}'],
    ['the prototype', '{{constructor.name}}'],
    ['a helper that does not exist', '{{shout title}}'],
    ['a partial that does not exist', '{{> none}}'],
  ])('that ask for %s are refused', async (_, mistake) => {
    await expect(renderOwn(`<mjml>${mistake}</mjml>`)).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    await expect(renderOwn('<mjml></mjml>', { text: mistake })).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
    });
  });

  test.each(['name', 'address', 'unsubscribeUrl', 'preferencesUrl', 'viewOnlineUrl'])(
    'for pages that ask for what is meant for one reader are refused: %s',
    async (slot) => {
      const mjml =
        '<mjml><mj-head><mj-title>x</mj-title></mj-head><mj-body><mj-raw>x</mj-raw></mj-body></mjml>';
      await expect(renderOwn(mjml)).resolves.toMatchObject({ page: { html: 'x\n' } });

      await expect(renderOwn(mjml, { page: `{{slots.${slot}}}` })).rejects.toMatchObject({
        code: 'TEMPLATE_INVALID',
        message: expect.stringContaining('page.html.hbs') as string,
      });
    },
  );

  test.each([
    ['<mjml><mj-body><mj-txt>x</mj-txt></mj-body></mjml>'],
    [
      '<mjml><mj-head><mj-title>x</mj-title></mj-head><mj-body><mj-section colour="x"></mj-section></mj-body></mjml>',
    ],
    ['not MJML at all'],
    [''],
  ])('whose MJML has a mistake are refused: %s', async (mjml) => {
    await expect(renderOwn(mjml)).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
  });

  test('include nothing', async () => {
    await writeFile(
      join(folder, 'secret.mjml'),
      '<mj-section><mj-column><mj-text>secret</mj-text></mj-column></mj-section>',
    );
    const toHtml = await importMjml();

    const html = await toHtml(
      `<mjml><mj-head><mj-title>x</mj-title></mj-head><mj-body><mj-include path="${join(folder, 'secret.mjml')}" /></mj-body></mjml>`,
    );

    expect(html).not.toContain('secret');
  });

  test('are asked for by name, and a name that is none is answered with those there are', async () => {
    const renderer = await createRenderer({ templatesDir });
    const publication = { ...sampleInput.publication, template: 'evening' };

    await expect(renderer.render({ ...sampleInput, publication })).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      hint: expect.stringContaining('morning') as string,
    });
  });
});

describe('MJML', () => {
  test('is not started where a .mjmlconfig could make it run foreign code', async () => {
    await writeFile(join(folder, '.mjmlconfig'), '{"packages":["./evil.js"]}');

    await expect(importMjml(folder)).rejects.toMatchObject({ code: 'CONFIG_MJML_PRESENT' });
    await expect(importMjml(join(folder, '.mjmlconfig.js'))).rejects.toMatchObject({
      code: 'CONFIG_MJML_PRESENT',
    });
  });
});
