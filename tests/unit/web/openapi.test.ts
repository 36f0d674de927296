import { describe, expect, test } from 'vitest';

import { catalogue } from '../../../src/errors/catalogue.ts';
import { allEndpoints } from '../../../src/web/api/all-endpoints.ts';
import { openApiDocument } from '../../../src/web/api/openapi.ts';

const document = openApiDocument() as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
};

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly content: object }>>;
}

test('the document has every endpoint once, by method and path', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`,
    ),
  );

  expect(document.openapi).toBe('3.1.0');
  expect(operations.toSorted((a, b) => a.localeCompare(b))).toEqual(
    allEndpoints
      .map(({ method, path, id }) => `${method} ${path} ${id}`)
      .toSorted((a, b) => a.localeCompare(b)),
  );
  expect(new Set(allEndpoints.map(({ id }) => id)).size).toBe(allEndpoints.length);
});

test('every reference within the document leads somewhere, and every schema is used', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([\w-]+)"/gu)];

  expect(references.length).toBeGreaterThan(100);
  expect(text).not.toContain('$defs');
  const missing = references.filter(
    ([, kind = '', name = '']) => document.components[kind]?.[name] === undefined,
  );
  expect(missing).toEqual([]);
  const used = new Set(references.map(([, , name]) => name));
  expect(Object.keys(document.components['schemas'] ?? {}).filter((name) => !used.has(name))).toEqual([]);
});

describe.each(allEndpoints)('$method $path', ({ method, path, params, refusals, ...one }) => {
  const operation = document.paths[path]?.[method.toLowerCase()];

  test('has the parameters of its path, and says what its errors look like', () => {
    const named = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name = '']) => name);

    expect(Object.keys(params.shape)).toEqual(named);
    expect(operation?.parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name)).toEqual(
      named,
    );
    for (const status of ['400', '401', '403', '429', '503'])
      expect(Object.keys(operation?.responses[status]?.content ?? {})).toEqual(['application/problem+json']);
    expect(refusals.filter((code) => !(code in catalogue))).toEqual([]);
  });

  test('has a summary that is a sentence, and schemas that refuse unknown fields', () => {
    expect(one.summary).toMatch(/^[A-Z].*\.$/u);
    expect(one.query.safeParse({ 'not-there': '1' }).success).toBe(false);
    if (one.body !== undefined) expect(one.body.safeParse({ 'not-there': 1 }).success).toBe(false);
    expect(one.answer.safeParse({ 'not-there': 1 }).success).toBe(false);
  });
});
