import { join } from 'node:path';

import { Command } from 'commander';

import { AppError } from '../../errors/app-error.ts';
import type { CliContext } from '../context.ts';

/** `dkim init` and `dkim check`: the keys that sign a publication's mail. */
export function dkimCommand(context: CliContext): Command {
  return new Command('dkim')
    .description('make and check the keys that sign mail (DKIM)')
    .addCommand(initCommand(context))
    .addCommand(checkCommand(context));
}

function initCommand(context: CliContext): Command {
  return new Command('init')
    .description('make keys for a publication and print the DNS records to publish')
    .argument('<publication>')
    .option('--selector <name>', 'the beginning of their selectors; daybrief and the month unless given')
    .action(async (slug: string, options: { readonly selector?: string }) => {
      const selector = options.selector ?? `daybrief${new Date().toISOString().slice(0, 7).replace('-', '')}`;
      if (!/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/u.test(selector)) {
        throw new AppError('USAGE_INVALID', `${selector} is no DKIM selector.`, {
          hint: 'Use at most 50 lower-case letters, digits and hyphens.',
        });
      }
      const { dkim } = await context.openServices();
      const { folder, make } = await dkim();
      const keys = await make(slug, { selector });
      context.result({ publication: slug, folder, keys }, () =>
        [
          ...keys.map(({ file }) => `Wrote ${join(folder, file)}.`),
          '',
          '1. Publish these TXT records, each on one line:',
          ...keys.flatMap(({ recordName, record }) => ['', `${recordName}. TXT ${quoted(record)}`]),
          '',
          `2. Wait until \`daybrief dkim check ${slug}\` finds them.`,
          '',
          `3. Add to ${slug}/publication.yaml:`,
          '',
          'dkim:',
          ...keys.flatMap(({ selector: name, file }) => [`  - selector: ${name}`, `    key: ${file}`]),
        ].join('\n'),
      );
      context.note(
        'Every machine that sends needs the files. From step 3 on nothing is sent that they cannot sign.',
      );
    });
}

function checkCommand(context: CliContext): Command {
  return new Command('check')
    .description('compare the keys in publication.yaml with the DNS')
    .argument('<publication>')
    .action(async (slug: string) => {
      const { dkim } = await context.openServices();
      const { check } = await dkim();
      const keys = await check(slug);
      if (keys.some(({ published }) => published.kind === 'wrong')) context.exitStatus = 4;
      context.result({ publication: slug, keys }, () => {
        if (keys.length === 0)
          return `${slug} has no \`dkim\` in publication.yaml, so its mail is not signed.`;
        return keys
          .map(({ recordName, record, published }) => {
            switch (published.kind) {
              case 'matches':
                return `${recordName}: published${published.isTest ? ', as a test (`t=y`)' : ''}.`;
              case 'unknown':
                return `${recordName}: the DNS did not answer (${published.why}).`;
              case 'wrong':
                return `${recordName}: ${published.why}. Publish: TXT ${quoted(record)}`;
            }
          })
          .join('\n');
      });
    });
}

/** The strings of a TXT record, of at most 255 octets each. RFC 1035 section 3.3.14. */
function quoted(record: string): string {
  return (record.match(/.{1,255}/gu) ?? []).map((part) => `"${part}"`).join(' ');
}
