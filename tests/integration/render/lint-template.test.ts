import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { sampleEditions } from '../../../src/app/editions/lint-template.ts';
import { loadCommands } from '../../../src/cli/commands.ts';
import { openServices } from '../../../src/wire/open-services.ts';
import { templatesDir } from '../../support/content/render-sample.ts';
import { runCli } from '../../support/program/run-cli.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function lint(template: string, ...options: readonly string[]) {
  const env = { DAYBRIEF_HOME: tempFolder(), DAYBRIEF_TEMPLATES: templatesDir };
  const argv = ['lint', '--template', template, ...options];
  return await runCli(argv, { commands: await loadCommands(argv), openServices, env });
}

/** A copy of bulletin in which one file is changed, or one that it shares; a change to nothing fails. */
function changed(file: string, change: (text: string) => string): string {
  const folder = join(tempFolder(), 'mine');
  cpSync(join(templatesDir, 'bulletin'), folder, { recursive: true });
  const path = join(folder, file);
  const shared = join(templatesDir, 'shared', file);
  const text = readFileSync(existsSync(path) ? path : shared, 'utf8');
  const after = change(text);
  expect(after).not.toBe(text);
  writeFileSync(path, after);
  return folder;
}

describe('daybrief lint --template', () => {
  test.each(['morning', 'bulletin'])(
    'finds nothing in %s, with every block, in either direction',
    async (name) => {
      const { status, stdout, stderr } = await lint(name, '--json');

      expect(stderr).toBe('');
      expect(status).toBe(0);
      const report = JSON.parse(stdout) as {
        readonly problems: readonly unknown[];
        readonly samples: readonly { readonly edition: string; readonly htmlBytes: number }[];
      };
      expect(report.problems).toEqual([]);
      expect(new Set(report.samples.map(({ edition }) => edition.split(',')[0]))).toEqual(
        new Set(sampleEditions),
      );
      expect(report.samples.some(({ edition }) => edition.includes('right to left'))).toBe(true);
      expect(Math.max(...report.samples.map(({ htmlBytes }) => htmlBytes))).toBeLessThan(60 * 1024);
    },
  );

  test('takes the path of a folder anywhere, and says what it looked at', async () => {
    const folder = changed('page.css', (css) => `${css}.edition{color:inherit}\n`);

    const { status, stdout } = await lint(folder);

    expect(status).toBe(0);
    for (const edition of sampleEditions) expect(stdout).toContain(edition);
    expect(stdout).toContain('No problem.');
  });

  test('answers a name that is none with where templates are', async () => {
    const { status, stderr } = await lint('evening');

    expect(status).toBe(3);
    expect(stderr).toContain('There is no template "evening".');
    expect(stderr).toContain(templatesDir);
  });

  test.each<[string, string, (text: string) => string, string]>([
    [
      'a misspelt name',
      'partials/story.mjml.hbs',
      (t) => t.replace('{{byline}}', '{{bylin}}'),
      'partials/story.mjml.hbs:6 cannot be used: Handlebars: "bylin" not defined',
    ],
    [
      'an open block',
      'partials/story.html.hbs',
      (t) => t.replace('{{/each}}', ''),
      'partials/story.html.hbs:',
    ],
    [
      'a tag MJML does not know',
      'partials/closing.mjml.hbs',
      (t) => t.replaceAll('mj-column', 'mj-colum'),
      "partials/closing.mjml.hbs:3 cannot be used: MJML: Element mj-colum doesn't exist",
    ],
    [
      'an attribute MJML does not know',
      'partials/note.mjml.hbs',
      (t) => t.replace(' border=', ' edge='),
      'partials/note.mjml.hbs:2 cannot be used: MJML: Attribute edge is illegal (<mj-column>).',
    ],
    [
      'something that is no MJML',
      'edition.mjml.hbs',
      () => 'Hello.',
      'edition.mjml.hbs cannot be used: MJML cannot read what the template makes',
    ],
    [
      'a colour that is none',
      'template.yaml',
      (t) => t.replace('"#fffefb"', 'paper'),
      'template.yaml:7 cannot be used: light.box: A colour such as',
    ],
  ])('names file and line of %s', async (_, file, change, words) => {
    const { status, stderr } = await lint(changed(file, change));

    expect(status).toBe(3);
    expect(stderr).toContain(words);
  });

  test('names a file that is missing, and a partial', async () => {
    const folder = changed('partials/table.mjml.hbs', (t) => `${t} `);
    rmSync(join(folder, 'partials/table.mjml.hbs'));
    expect((await lint(folder)).stderr).toContain(
      'story.mjml.hbs cannot be used: Handlebars: The partial table could not be found',
    );

    rmSync(join(folder, 'edition.txt.hbs'));
    expect((await lint(folder)).stderr).toContain('edition.txt.hbs cannot be used: the file is missing.');
  });

  test.each<[string, string, (text: string) => string, string]>([
    [
      'contrast-light',
      'partials/credit.mjml.hbs',
      (t) => t.replace('{{@root.light.grey}}', '#bbbbbb'),
      'partials/credit.mjml.hbs:1',
    ],
    ['contrast-dark', 'template.yaml', (t) => t.replace('grey: "#a2a9b1"', 'grey: "#444444"'), '.mjml.hbs'],
    [
      'contrast-outlook',
      'partials/head.mjml.hbs',
      (t) =>
        t.replace(
          '[data-ogsc] .title h2 { color: {{dark.titleText}}',
          '[data-ogsc] .title h2 { color: {{dark.title}}',
        ),
      'partials/dashboard.mjml.hbs',
    ],
    [
      'link-underline',
      'partials/link.mjml.hbs',
      (t) => t.replace('underline', 'none'),
      'partials/link.mjml.hbs:1',
    ],
    [
      'image-alt',
      'partials/image.mjml.hbs',
      (t) => t.replace(' alt="{{alt}}"', ''),
      'partials/image.mjml.hbs:1',
    ],
    [
      'image-third-party',
      'partials/footer.mjml.hbs',
      (t) => t.replace('{{reason}}', '{{reason}}<img src="https://x.example/a.png" alt="a">'),
      'partials/footer.mjml.hbs',
    ],
    ['heading-first', 'partials/masthead.mjml.hbs', (t) => t.replaceAll('h1', 'h2'), 'edition.mjml.hbs'],
    [
      'table-role',
      'partials/section-line.mjml.hbs',
      (t) => t.replace('role="presentation" ', ''),
      'edition.mjml.hbs',
    ],
    ['preheader-missing', 'edition.mjml.hbs', (t) => t.replace('{{preheader}}', ''), 'edition.mjml.hbs'],
    [
      'html-size',
      'edition.mjml.hbs',
      (t) => t.replace('<mj-raw></div></mj-raw>', `<mj-raw><p>${'x '.repeat(40_000)}</p></div></mj-raw>`),
      'edition.mjml.hbs',
    ],
    [
      'style-size',
      'partials/head.mjml.hbs',
      (t) => `${t}<style>${'a{color:#111213}'.repeat(900)}</style>`,
      'edition.mjml.hbs',
    ],
    [
      'slot-missing',
      'partials/footer.mjml.hbs',
      (t) => t.replace('{{slots.unsubscribeUrl}}', 'https://example.org'),
      'edition.mjml.hbs',
    ],
    ['slot-missing', 'edition.txt.hbs', (t) => t.replace('{{slots.preferencesUrl}}', ''), 'edition.txt.hbs'],
    ['link-not-in-text', 'partials/sponsor.txt.hbs', (t) => t.replace('{{href}}', ''), 'edition.txt.hbs'],
    ['words-missing', 'partials/sponsor.mjml.hbs', (t) => t.replaceAll('{{name}}', 'us'), 'edition.mjml.hbs'],
    [
      'words-missing',
      'partials/quote.mjml.hbs',
      (t) => t.replace('{{> running-text attribution}}', ''),
      'edition.mjml.hbs',
    ],
    [
      'words-missing',
      'partials/footer.mjml.hbs',
      (t) => t.replace('{{#each postalAddress}}<br>{{.}}{{/each}}', ''),
      'edition.mjml.hbs',
    ],
    [
      'words-missing',
      'partials/footnotes.txt.hbs',
      (t) => t.replace('{{plain}}', '{{number}}'),
      'edition.txt.hbs',
    ],
    [
      'words-missing',
      'partials/table.html.hbs',
      (t) => t.replace('{{> inlines content}}</td>', '</td>'),
      'page.html.hbs',
    ],
    [
      'page-security',
      'partials/story.html.hbs',
      (t) => t.replace('<h2 id', '<h2 style="color:red" id'),
      'partials/story.html.hbs:4',
    ],
    [
      'heading-order',
      'partials/story.html.hbs',
      (t) => t.replaceAll('<h2 id', '<h4 id').replaceAll('/h2>', '/h4>'),
      'page.html.hbs',
    ],
  ])('reports %s after a change of %s', async (rule, file, change, place) => {
    const { status, stderr } = await lint(changed(file, change));

    expect(status).toBe(3);
    const lines = stderr.split('\n').filter((line) => line.includes(`[${rule}]`));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines[0]).toContain(place);
  });

  test.each<[string, string, (text: string) => string, string]>([
    [
      'client-support',
      'partials/footer.mjml.hbs',
      (t) => t.replace('margin:4px 0', 'margin:4px 0;position:relative'),
      'the property position',
    ],
    [
      'client-support',
      'partials/footer.mjml.hbs',
      (t) => t.replace('margin:4px 0', 'margin-block:4px'),
      'the property margin-block',
    ],
    [
      'client-support',
      'partials/footer.mjml.hbs',
      (t) => t.replace('margin:4px 0', 'margin:calc(2px + 2px) 0'),
      'calc()',
    ],
    [
      'client-support',
      'partials/footer.mjml.hbs',
      (t) => t.replace('{{reason}}', '<bdi>{{reason}}</bdi>'),
      'the element bdi',
    ],
    [
      'text-width',
      'edition.txt.hbs',
      (t) =>
        t.replace(
          '{{#wrap}}{{reason}}{{/wrap}}',
          'One two three four five six seven eight nine ten {{reason}}',
        ),
      'has more than 72 characters',
    ],
  ])('warns of %s after a change of %s, and goes on', async (rule, file, change, words) => {
    const { status, stdout, stderr } = await lint(changed(file, change));

    expect(status).toBe(0);
    expect(stderr).toContain(words);
    expect(stderr).toContain(`[${rule}]`);
    expect(stderr).toContain('warning:');
    expect(stdout).toMatch(/\d warnings?\./u);
  });
});
