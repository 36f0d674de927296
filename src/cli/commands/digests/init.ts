import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Command } from 'commander';

import type { PublicationAnswers } from '../../../app/ports/publications.ts';
import { catcherPorts } from '../../../catcher/catcher-ports.ts';
import { AppError } from '../../../errors/app-error.ts';
import { askText, canAsk } from '../../ask.ts';
import type { CliContext } from '../../context.ts';

interface Question {
  readonly flag: string;
  readonly value: string;
  readonly describes: string;
  readonly asks: string;
  readonly preset?: (io: CliContext['io']) => string;
}

const questions: Readonly<Record<keyof PublicationAnswers, Question>> = {
  name: {
    flag: 'name',
    value: '<name>',
    describes: 'name of the newsletter',
    asks: 'What is the newsletter called?',
  },
  language: {
    flag: 'language',
    value: '<tag>',
    describes: 'what it is written in: en, de, pt-BR',
    asks: 'Which language is it written in?',
    preset: ({ env }) => languageOf(env),
  },
  from: {
    flag: 'from',
    value: '<address>',
    describes: 'address that it is sent from',
    asks: 'Which address is it sent from?',
  },
  postalAddress: {
    flag: 'postal-address',
    value: '<text>',
    describes: 'where the sender can be reached by post; the law asks for it',
    asks: 'What is the postal address of the sender? (the law asks for it)',
  },
  timeZone: {
    flag: 'time-zone',
    value: '<zone>',
    describes: 'time zone of the publication: America/Chicago',
    asks: 'In which time zone?',
    preset: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  },
  sendAt: {
    flag: 'send-at',
    value: '<HH:MM>',
    describes: 'when it is sent',
    asks: 'When is it sent, Monday to Friday?',
    preset: () => '06:00',
  },
};

const keys = Object.keys(questions) as (keyof PublicationAnswers)[];

/** `init [folder]`: asks six questions and makes a publication that composes. */
export function initCommand(context: CliContext): Command {
  const command = new Command('init')
    .description('create a publication: six questions, or their answers as options')
    .argument('[publication]', 'name of its folder: lower-case letters, digits and hyphens');
  for (const { flag, value, describes } of Object.values(questions)) {
    command.option(`--${flag} ${value}`, describes);
  }
  return command.action(async (folder: string | undefined, flags: Partial<PublicationAnswers>) => {
    const services = await context.openServices();
    const answers = await collectAnswers(context, flags, services.checkAnswer);
    const created = await services.createPublication(folder ?? toSlug(answers.name), answers);
    const hasSettings = await writeSettings(context);
    const files = hasSettings ? [...created.files, '.env'] : created.files;
    const edition = `${created.slug}/${created.date}`;
    const next = [`daybrief preview ${edition}`, 'daybrief catch', `daybrief send ${edition} --to-me`];
    context.result({ ...created, files, next }, () => describe(files, next));
  });
}

async function collectAnswers(
  context: CliContext,
  flags: Partial<PublicationAnswers>,
  check: (key: keyof PublicationAnswers, answer: string) => Promise<string | undefined>,
): Promise<PublicationAnswers> {
  const asks = canAsk(context);
  const answers: Partial<Record<keyof PublicationAnswers, string>> = {};
  const missing: string[] = [];
  for (const key of keys) {
    const { flag, asks: text, preset: presetOf } = questions[key];
    const preset = presetOf?.(context.io);
    const given = flags[key];
    if (given !== undefined) answers[key] = given;
    else if (asks)
      answers[key] = await askText(context, { text, preset, check: (answer) => check(key, answer) });
    else if (preset !== undefined) answers[key] = preset;
    else missing.push(`--${flag}`);
  }
  if (missing.length > 0) {
    throw new AppError('USAGE_INVALID', `Nobody can be asked here, and ${missing.join(', ')} are missing.`, {
      hint: 'Name them, or run `daybrief init` in a terminal.',
    });
  }
  return answers as PublicationAnswers;
}

/** Writes settings that hand mail to `daybrief catch`, unless there are settings; returns true if it did. */
async function writeSettings({ io }: CliContext): Promise<boolean> {
  if (io.env['SMTP_URL'] !== undefined) return false;
  const text = `# The mail catcher of \`daybrief catch\`: name your relay before subscribers get mail.
SMTP_URL=smtp://127.0.0.1:${catcherPorts.smtp}
# Where links lead: the address of your pages.
# BASE_URL=https://news.example.org
`;
  try {
    await writeFile(join(io.cwd, '.env'), text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw new AppError('FILE_UNWRITABLE', `The file .env cannot be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function describe(
  files: readonly string[],
  [preview = '', caught = '', proof = '']: readonly string[],
): string {
  const width = Math.max(preview.length, caught.length, proof.length) + 2;
  return [
    `Wrote ${files.join(', ')}.`,
    '',
    'Next:',
    `  ${preview.padEnd(width)}write it and see the email`,
    `  ${caught.padEnd(width)}in another terminal: keeps mail that is sent, and shows it`,
    `  ${proof.padEnd(width)}sends a proof there`,
  ].join('\n');
}

/** "First Kettle" -> `first-kettle`; what is not in the Latin alphabet needs a folder from the caller. */
function toSlug(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}|['’]/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/gu, '');
  return slug === '' ? 'newsletter' : slug;
}

/** The language of the terminal: `de_DE.UTF-8` -> `de`. */
function languageOf(env: CliContext['io']['env']): string {
  const locale = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return /^([a-z]{2})_/u.exec(locale)?.[1] ?? 'en';
}
