import { z } from 'zod';

import type { ImportJob } from '../../../app/desk/import-job.ts';
import { importFields } from '../../../app/subscribers/choose-columns.ts';
import type { ImportResult } from '../../../app/subscribers/import-subscribers.ts';
import { givenStates, readDelimiter } from '../../../app/subscribers/read-import-options.ts';
import { rowStates } from '../../../domain/subscribers/row-states.ts';
import { AppError } from '../../../errors/app-error.ts';
import { endpoint } from '../endpoint.ts';
import type { ApiCall } from '../endpoint.ts';
import { toProblem } from '../problem.ts';
import { count, ofPublication, slug } from '../schemas/common.ts';
import { problemSchema } from '../schemas/problem.ts';

const importId = z.uuid();
const ofImport = z.strictObject({ slug, id: importId });

const resultSchema = z
  .strictObject({
    rows: count,
    added: count,
    updated: count,
    unchanged: count,
    merged: count.describe('Further rows of one file for the same address.'),
    unsubscribed: count.describe('Unsubscribed before, and left alone.'),
    suppressed: count.describe('Suppressed before, and left alone.'),
    unsubscribedNow: count,
    suppressedNow: count,
    leftOut: count,
    rejected: count,
    repaired: count,
    rejectedByReason: z.record(z.string(), count),
    columns: z.strictObject({
      system: z.string().nullable().describe('The system whose export it is, where that is known.'),
      read: z.record(z.string(), z.string()).describe('Columns by field.'),
      states: z.array(z.string()).readonly(),
      ignored: z.array(z.string()).readonly(),
    }),
  })
  .meta({ id: 'ImportResult' });

const importSchema = z
  .strictObject({
    id: importId,
    publication: slug,
    fileName: z.string(),
    sizeBytes: count,
    state: z
      .enum(['waiting', 'checking', 'checked', 'importing', 'done', 'failed', 'interrupted'])
      .describe(
        '`checked`: nothing is written yet, and `run` writes it. `interrupted`: the process that had the file ended; send the file again.',
      ),
    rows: count.describe('Rows read so far.'),
    percent: z.number().min(0).max(100),
    result: resultSchema.nullable().describe('Of `checked` and `done`: what would happen, or has happened.'),
    isBegun: z.boolean().describe('Rows may have been written; they are found unchanged the next time.'),
    hasRejects: z.boolean().describe('`rejects` answers the rows that were rejected.'),
    problem: problemSchema.nullable().describe('Of `failed`: why.'),
  })
  .meta({ id: 'Import' });

function toImport(job: ImportJob): z.input<typeof importSchema> {
  const { id, publication, fileName, sizeBytes, state, hasRejects } = job;
  const isBegun = 'isBegun' in state ? state.isBegun : state.kind === 'importing' || state.kind === 'done';
  const facts = { id, publication, fileName, sizeBytes, state: state.kind, isBegun, hasRejects };
  const nothing = { rows: 0, percent: 100, result: null, problem: null };
  if (state.kind === 'failed') return { ...facts, ...nothing, problem: toProblem(state.error) };
  if (state.kind === 'interrupted') return { ...facts, ...nothing, rows: state.rows };
  if ('result' in state) {
    const result = toResult(state.result);
    return { ...facts, ...nothing, rows: result.rows, result };
  }
  return { ...facts, ...nothing, rows: state.rows, percent: state.percent };
}

function toResult(result: ImportResult): z.input<typeof resultSchema> {
  const { rows, added, updated, unchanged, merged, unsubscribed, suppressed } = result;
  const { unsubscribedNow, suppressedNow, leftOut, rejected, repaired, columns } = result;
  return {
    rows,
    added,
    updated,
    unchanged,
    merged,
    unsubscribed,
    suppressed,
    unsubscribedNow,
    suppressedNow,
    leftOut,
    rejected,
    repaired,
    rejectedByReason: { ...result.byReason },
    columns: {
      system: columns.system ?? null,
      read: Object.fromEntries(Object.entries(columns.read)),
      states: columns.states,
      ignored: columns.ignored,
    },
  };
}

type OfImport = Pick<ApiCall<{ readonly slug: string; readonly id: string }>, 'params' | 'web'>;

async function needImport({ params, web }: OfImport): Promise<ImportJob> {
  const job = await web.services.imports.find(params.slug, params.id);
  if (job !== undefined) return job;
  throw new AppError('IMPORT_NOT_FOUND', `There is no import ${params.id}.`, {
    hint: 'A file is kept for an hour after the last step, and what came of an import for a week.',
  });
}

function needState(job: ImportJob | undefined, { id, state, isHere }: ImportJob): ImportJob {
  if (job !== undefined) return job;
  throw new AppError('IMPORT_STATE', `The import ${id} is ${state.kind}.`, {
    hint: isHere
      ? 'A file is checked first, and then imported once.'
      : 'Another process took the file, or it has ended since. Send the file again: rows that were imported are found unchanged.',
  });
}

const begin = endpoint({
  id: 'createImport',
  tag: 'subscribers',
  method: 'POST',
  path: '/publications/{slug}/imports',
  scope: 'subscribers',
  reach: 'this',
  status: 202,
  summary: 'Takes a CSV file of subscribers and checks it; nothing is written before `run`.',
  description:
    'Poll the import until it is `checked`: its result says what would happen. The file is read as `daybrief subscribers import` reads it.',
  params: ofPublication,
  query: z.strictObject({ name: z.string().min(1).max(100).default('subscribers.csv') }),
  upload: ['text/csv'],
  answer: importSchema,
  refusals: ['UPLOAD_INVALID', 'FILE_UNWRITABLE'],
  handle: async ({ params, query, upload, by, web }) => {
    const { imports } = web.services;
    let size = 0;
    const counted = async function* () {
      for await (const chunk of upload) {
        size += chunk.byteLength;
        if (size > imports.maxBytes) return;
        yield chunk;
      }
    };
    const job = await imports.begin({
      publication: params.slug,
      fileName: query.name.replaceAll(/\p{C}/gu, ''),
      bytes: counted(),
      isTooLarge: () => size > imports.maxBytes,
      by,
    });
    return toImport(job);
  },
});

const get = endpoint({
  id: 'getImport',
  tag: 'subscribers',
  method: 'GET',
  path: '/publications/{slug}/imports/{id}',
  scope: 'subscribers',
  reach: 'this',
  summary: 'Reads how far an import is, and what came of it.',
  params: ofImport,
  answer: importSchema,
  refusals: ['IMPORT_NOT_FOUND'],
  handle: async (call) => toImport(await needImport(call)),
});

const texts = z.array(z.string().min(1).max(200)).max(100);

const check = endpoint({
  id: 'checkImport',
  tag: 'subscribers',
  method: 'POST',
  path: '/publications/{slug}/imports/{id}/check',
  scope: 'subscribers',
  reach: 'this',
  status: 202,
  summary: 'Checks the file again, read in another way.',
  params: ofImport,
  body: z.strictObject({
    columns: z
      .partialRecord(z.enum(importFields), z.string().min(1).max(200))
      .default({})
      .describe('Names of columns by field, for those whose names do not say it.'),
    states: z
      .record(z.string().max(200), z.enum(rowStates))
      .default({})
      .describe('What values of a state column mean: `{"cancelled": "unsubscribed"}`.'),
    as: z
      .enum(givenStates)
      .optional()
      .describe('The state of every row, unless a column shows a stricter one.'),
    ignore: texts.default([]).describe('Columns that are not read.'),
    delimiter: z.string().min(1).max(3).optional().describe('One character, or `tab`.'),
  }),
  answer: importSchema,
  refusals: ['IMPORT_NOT_FOUND', 'IMPORT_STATE', 'USAGE_INVALID'],
  handle: async (call) => {
    const job = await needImport(call);
    const { columns: mapping, states, as, ignore, delimiter } = call.body;
    const stateWords = new Map(
      Object.entries(states).map(([word, state]) => [word.trim().toLowerCase(), state] as const),
    );
    const options = { mapping, stateWords, as, ignore, delimiter: readDelimiter(delimiter) };
    return toImport(needState(call.web.services.imports.check(job.id, options, call.by), job));
  },
});

const run = endpoint({
  id: 'runImport',
  tag: 'subscribers',
  method: 'POST',
  path: '/publications/{slug}/imports/{id}/run',
  scope: 'subscribers',
  reach: 'this',
  status: 202,
  summary: 'Imports what was checked. Poll the import until it is `done`.',
  params: ofImport,
  body: z.strictObject({}),
  answer: importSchema,
  refusals: ['IMPORT_NOT_FOUND', 'IMPORT_STATE'],
  handle: async (call) => {
    const job = await needImport(call);
    return toImport(needState(call.web.services.imports.run(job.id, call.by), job));
  },
});

const rejects = endpoint({
  id: 'getImportRejects',
  tag: 'subscribers',
  method: 'GET',
  path: '/publications/{slug}/imports/{id}/rejects',
  scope: 'subscribers',
  reach: 'this',
  summary: 'Reads the rows that were rejected, each with its reason, as a CSV file.',
  description: 'They are there if `hasRejects` is true: for an hour after the last step.',
  params: ofImport,
  answer: z.string().describe('The header of the file with a column for the reason, and the rows.').meta({
    id: 'ImportRejects',
  }),
  answerType: 'text/csv',
  refusals: ['IMPORT_NOT_FOUND', 'IMPORT_STATE'],
  handle: async (call) => {
    const { id } = await needImport(call);
    const rows = call.web.services.imports.rejects(id);
    if (rows !== undefined) return rows;
    throw new AppError('IMPORT_STATE', `The import ${id} has no rejected rows to read.`, {
      hint: 'They are kept for an hour after the last step, by the process that took the file.',
    });
  },
});

export const importEndpoints = [begin, get, check, run, rejects];
