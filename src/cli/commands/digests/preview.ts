import { once } from 'node:events';
import { join } from 'node:path';

import { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { openBrowser } from '../../open-browser.ts';
import { wholeNumber } from '../whole-number.ts';

/** `preview <publication>[/<date>]`: the page that follows a digest as it is saved, with an editor. */
export function previewCommand(context: CliContext): Command {
  return new Command('preview')
    .description('open a page that follows a digest as it is saved, with an editor beside it')
    .argument('<edition>', "publication/date, or publication: today's digest, else the next")
    .option(
      '--port <port>',
      'port on this machine; 0 is any free one',
      wholeNumber({ min: 0, max: 65_535 }),
      0,
    )
    .option('--no-open', 'only print the address of the page')
    .action(async (reference: string, { port, open }: { readonly port: number; readonly open: boolean }) => {
      const services = await context.openServices();
      const [config, log, { PreviewServer }, source] = await Promise.all([
        context.config(),
        context.log(),
        import('../../../preview/preview-server.ts'),
        services.openPreview(reference),
      ]);
      await using server = await PreviewServer.listen(source, {
        folder: join(config.templates, 'preview'),
        port,
        log,
      });
      context.result({ url: server.url }, () => server.url);
      context.note('The page is for this machine only. Ctrl-C stops it.');
      if (open && !context.json) openBrowser(server.url);
      if (!context.signal.aborted) await once(context.signal, 'abort');
    });
}
