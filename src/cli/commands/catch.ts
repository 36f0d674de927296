import { once } from 'node:events';
import { join } from 'node:path';

import { Command } from 'commander';

import { catcherPorts } from '../../catcher/catcher-ports.ts';
import type { CliContext } from '../context.ts';
import { openBrowser } from '../open-browser.ts';
import { wholeNumber } from './whole-number.ts';

interface CatchFlags {
  readonly port: number;
  readonly smtpPort: number;
  readonly open?: boolean;
}

/** `catch`: the mail catcher with its inbox page, until Ctrl-C. */
export function catchCommand(context: CliContext): Command {
  const port = wholeNumber({ min: 0, max: 65_535 });
  return new Command('catch')
    .description('catch mail on this machine instead of sending it, and show it in an inbox')
    .option('--smtp-port <port>', 'port of the SMTP server; 0 is any free one', port, catcherPorts.smtp)
    .option('--port <port>', 'port of the inbox page; 0 is any free one', port, catcherPorts.pages)
    .option('--open', 'open the inbox page in a browser')
    .action(async ({ port: pagePort, smtpPort, open = false }: CatchFlags) => {
      // Listened to from here on, so that Ctrl-C closes the servers.
      const { signal } = context;
      const [config, { MailCatcher }, { InboxServer }] = await Promise.all([
        context.config(),
        import('../../catcher/mail-catcher.ts'),
        import('../../catcher/inbox-server.ts'),
      ]);
      await using catcher = new MailCatcher();
      await using inbox = new InboxServer({ catcher, imagesFolder: join(config.home, 'images') });
      const smtpUrl = `smtp://127.0.0.1:${await catcher.listen(smtpPort)}`;
      const url = await inbox.listen(pagePort);
      context.result({ url, smtpUrl }, () => `Inbox: ${url}\nSMTP_URL=${smtpUrl}`);
      context.note('Mail is kept in memory and sent nowhere. Ctrl-C stops it.');
      if (open && !context.json) openBrowser(url);
      if (!signal.aborted) await once(signal, 'abort');
    });
}
