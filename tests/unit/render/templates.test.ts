import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { AppError } from '../../../src/errors/app-error.ts';
import { importMjml } from '../../../src/render/import-mjml.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import { loadTemplate, templateFinder } from '../../../src/render/template/load-templates.ts';
import type { EditionView } from '../../../src/render/view/edition-view.ts';
import { sampleInput, templatesDir } from '../../support/content/render-sample.ts';

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

const options = `text-width: 560
logo: { width: 240, height: 36 }
light: { page: "#fefefe", text: "#1a1d21" }
dark: { page: "#121417", text: "#e8eaed" }
accent-on: { light: [page], dark: [page] }
`;

const wholeTemplate = {
  'template.yaml': options,
  'edition.mjml.hbs': '<mjml></mjml>',
  'edition.txt.hbs': 'x',
  'page.html.hbs': 'x',
  'page.txt.hbs': 'x',
  'page.css': '.edition{color:var(--text)}',
};

async function renderOwn(mjml: string, { text = 'x', page = 'x' } = {}): Promise<unknown> {
  const pages = { 'page.html.hbs': page, 'page.txt.hbs': page };
  await writeTemplate({ ...wholeTemplate, 'edition.mjml.hbs': mjml, 'edition.txt.hbs': text, ...pages });
  const renderer = await createRenderer({ templatesDir: folder });
  return await renderer.render({
    ...sampleInput,
    publication: { ...sampleInput.publication, template: 'own' },
  });
}

describe('templates', () => {
  test('that are not there are named in a sentence', async () => {
    await expect(templateFinder(join(folder, 'none'))('own')).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
    });
    await expect(templateFinder(folder)('own')).rejects.toThrow('There is no edition template in');
  });

  test.each(Object.keys(wholeTemplate))('without %s are refused with its path', async (missing) => {
    await writeTemplate(wholeTemplate);
    await rm(join(folder, 'own', missing));

    await expect(loadTemplate(join(folder, 'own'), folder)).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: `The template ${join(folder, 'own', missing)} cannot be used: the file is missing.`,
    });
  });

  test('take what they have no partial for from the shared ones, and their own before these', async () => {
    await mkdir(join(folder, 'shared', 'partials'), { recursive: true });
    for (const name of ['one', 'two'])
      await writeFile(join(folder, 'shared', 'partials', `${name}.txt.hbs`), `shared ${name}`);
    const text = '{{> one}}, {{> two}}';
    await writeTemplate({ ...wholeTemplate, 'edition.txt.hbs': text, 'partials/two.txt.hbs': 'own two' });

    const elsewhere = join(folder, 'elsewhere');
    await cp(join(folder, 'own'), join(elsewhere, 'own'), { recursive: true });

    for (const directory of [join(folder, 'own'), join(elsewhere, 'own')]) {
      const template = await loadTemplate(directory, folder);
      expect(template.text({} as EditionView)).toBe('shared one, own two');
    }
  });

  test('with a mistake do not stop publications that have another template', async () => {
    for (const name of ['morning', 'shared'])
      await cp(join(templatesDir, name), join(folder, name), { recursive: true });
    await writeTemplate({ ...wholeTemplate, 'edition.mjml.hbs': '{{#if' });
    const renderer = await createRenderer({ templatesDir: folder });

    await expect(renderer.render(sampleInput)).resolves.toMatchObject({ problems: [] });
  });

  test('that cannot be compiled are refused when they are loaded, with their path and line', async () => {
    await writeTemplate({ ...wholeTemplate, 'edition.mjml.hbs': '<mjml>\n{{#if x}}</mjml>' });

    await expect(loadTemplate(join(folder, 'own'), folder)).rejects.toThrow(
      /own\/edition\.mjml\.hbs:2 cannot be used: Handlebars: Parse error on line 2/u,
    );
  });

  test.each([
    ['template.yaml:1', 'text-width: ', options.replace('560', 'wide')],
    ['template.yaml:3', 'light.page: A colour such as', options.replace('#fefefe', 'white')],
    ['template.yaml:3', 'dark has no panel', options.replace('light: {', 'light: { panel: "#eeeeee",')],
    ['template.yaml:5', 'There is no colour panel', options.replace('[page]', '[panel]')],
    ['template.yaml:3', 'page and text are needed', options.replaceAll(/ text: "[^"]*"/gu, '')],
    [
      'template.yaml:3',
      'accent is made of the brand colour',
      options.replace('light: {', 'light: { accent: "#eeeeee",'),
    ],
    ['template.yaml', 'Unrecognized key', `${options}font: serif\n`],
    ['template.yaml:6', '', `${options}logo: [`],
  ])('whose options are wrong are refused with file and line: %s %s', async (place, words, yaml) => {
    await writeTemplate({ ...wholeTemplate, 'template.yaml': yaml });

    const loading = loadTemplate(join(folder, 'own'), folder);

    await expect(loading).rejects.toThrow(join(folder, 'own', place));
    await expect(loading).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    await expect(
      loading.catch((error: AppError) => [error.message, ...error.details].join('\n')),
    ).resolves.toContain(words);
  });

  test('whose page loads something are refused', async () => {
    await writeTemplate({
      ...wholeTemplate,
      'page.css': 'a{}\np{background:url(https://example.org/x.png)}',
    });

    await expect(loadTemplate(join(folder, 'own'), folder)).rejects.toThrow(/page\.css:2 cannot be used/u);
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
