import { Command } from 'commander';

import type { CliContext } from '../../context.ts';

/** `schema`: the JSON Schema of digests written as YAML or JSON, or the document of the API, for editors and programs. */
export function schemaCommand(context: CliContext): Command {
  return new Command('schema')
    .description('print the JSON Schema of digests in YAML or JSON')
    .option('--api', 'print the OpenAPI document of the API')
    .action(async ({ api }: { readonly api?: boolean }) => {
      const schema = api === true ? await apiDocument(context) : await digestSchema(context);
      context.result(schema, () => JSON.stringify(schema, null, 2));
    });
}

async function digestSchema(context: CliContext): Promise<object> {
  return (await context.openServices()).digestSchema();
}

async function apiDocument(context: CliContext): Promise<object> {
  const [{ openApiDocument }, { apiRoot }, { web }] = await Promise.all([
    import('../../../web/api/openapi.ts'),
    import('../../../web/api/endpoint.ts'),
    context.config(),
  ]);
  return openApiDocument({ url: `${web.baseUrl}${apiRoot}` });
}
