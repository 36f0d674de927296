import { join } from 'node:path';

import { z } from 'zod';

import type { DaySkeleton, DaySponsor } from '../../domain/candidates/day-skeleton.ts';
import { formatProblem } from '../../domain/editions/problem.ts';
import { AppError } from '../../errors/app-error.ts';
import { linkField, markdownField, textField } from '../digest-fields.ts';
import { displayPath } from '../display-path.ts';
import { limits } from '../limits.ts';
import { readTextFile } from '../read-text-file.ts';
import { createLineMap } from '../report/line-map.ts';
import { reportIssues } from '../report/report-issues.ts';
import { createReport } from '../report/report.ts';
import { readYaml } from '../structured/read-yaml.ts';
import { readFolder } from './list-publications.ts';
import { holidayField } from './publication-fields.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const skeletonSchema = z.strictObject({
  editor: textField(100, { title: 'Editor', description: 'Name for the byline.' }).optional(),
  greeting: markdownField.optional(),
  dashboard: z
    .strictObject({
      title: textField(120, { title: 'Title', description: 'Plain text.' }),
      section: textField(60, { title: 'Section', description: 'The part of the news.' }).optional(),
      labels: z
        .array(textField(60, { title: 'Label', description: 'Bold words before the headlines.' }))
        .max(30)
        .default([]),
    })
    .optional(),
  closing: markdownField.optional(),
});

const sponsorsSchema = z
  .array(
    z.strictObject({
      name: textField(100, { title: 'Sponsor', description: 'Name shown after "A message from".' }),
      href: linkField({ title: 'Link', description: "The sponsor's page." }).optional(),
      text: markdownField,
      days: z.array(z.enum(weekdays)).optional(),
      dates: z.array(holidayField).optional(),
      from: holidayField.optional(),
      until: holidayField.optional(),
    }),
  )
  .max(200);

/**
 * Reads what a publication's days have in common: `skeleton.yaml` and `sponsors.yaml` beside publication.yaml. A file
 * that is not there has nothing.
 *
 * @throws AppError PUBLICATION_INVALID
 */
export async function loadSkeleton(options: {
  readonly digestsDir: string;
  readonly slug: string;
}): Promise<{ readonly skeleton: DaySkeleton; readonly sponsors: readonly DaySponsor[] }> {
  const folder = join(options.digestsDir, options.slug);
  const names = await readFolder(folder);
  const read = async <Schema extends z.ZodType>(name: string, schema: Schema) =>
    names.includes(name) ? readFile(join(folder, name), schema) : undefined;
  return {
    skeleton: withoutUndefined((await read('skeleton.yaml', skeletonSchema)) ?? {}),
    sponsors: ((await read('sponsors.yaml', sponsorsSchema)) ?? []).map(
      (sponsor) => withoutUndefined(sponsor) as DaySponsor,
    ),
  };
}

async function readFile<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const shown = displayPath(path);
  const report = createReport(shown);
  const file = await readTextFile(path, { displayPath: shown, maxBytes: limits.fileBytes });
  if (!file.ok) report.error(file.finding);
  const text = file.ok ? file.text.replaceAll(/\r\n?/g, '\n') : '';
  const yaml = file.ok ? readYaml(text, { schema: 'core', report, at: createLineMap(text) }) : undefined;
  // An empty file says nothing, whichever of the two it is.
  const value = yaml?.value ?? (schema instanceof z.ZodArray ? [] : {});
  const parsed = schema.safeParse(value);
  if (!parsed.success && yaml !== undefined) {
    reportIssues(parsed.error.issues, { ...yaml, value, report, schema, what: shown });
  }
  if (parsed.success && !report.hasErrors) return parsed.data;
  throw new AppError('PUBLICATION_INVALID', `${shown} has mistakes.`, {
    hint: 'Fix them and run the command again.',
    details: report.problems().map(formatProblem),
  });
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}
