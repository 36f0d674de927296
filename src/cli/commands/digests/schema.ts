import { Command } from 'commander';

import type { CliContext } from '../../context.ts';

/** `schema`: the JSON Schema of digests written as YAML or JSON, for editors and programs. */
export function schemaCommand(context: CliContext): Command {
  return new Command('schema')
    .description('print the JSON Schema of digests in YAML or JSON')
    .action(async () => {
      const services = await context.openServices();
      const schema = await services.digestSchema();
      context.result(schema, () => JSON.stringify(schema, null, 2));
    });
}
