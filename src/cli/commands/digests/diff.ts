import { Command } from 'commander';

import type { TextChange } from '../../../app/editions/text-changes.ts';
import type { CliContext } from '../../context.ts';
import { paint } from '../../output/paint.ts';

/** `diff <publication>/<date>`: what has changed in the text since the approval. */
export function diffCommand(context: CliContext): Command {
  return new Command('diff')
    .description('show what has changed in the text of an edition since its approval')
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const services = await context.openServices();
      const { approval, slug, date, changes: all } = await services.reviewEdition(reference);
      const name = `${slug}/${date}`;
      const changes = approval === undefined ? [] : all;
      const result = { edition: name, revision: approval?.revision ?? null, changes };
      context.result(result, () => {
        if (approval === undefined)
          return `${name} is not approved yet, so there is nothing to compare with.`;
        if (changes.length === 0) return `${name} has not changed since revision ${approval.revision}.`;
        return changes.map((change) => formatChange(change, context)).join('\n\n');
      });
    });
}

/** A paragraph with `[-what went-]` and `{+what came+}`. */
export function formatChange({ parts }: TextChange, context: CliContext): string {
  const { stdout } = context.io;
  return parts
    .map(({ kind, text }) => {
      if (kind === 'same') return text;
      return kind === 'deleted' ? paint('red', `[-${text}-]`, stdout) : paint('green', `{+${text}+}`, stdout);
    })
    .join('');
}
