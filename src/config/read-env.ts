import { closest, distance } from 'fastest-levenshtein';

import { AppError } from '../errors/app-error.ts';
import { readDotEnv } from './dot-env.ts';
import { envSchema, examples, secretVariables, variableNames } from './variables.ts';
import type { Env, VariableName } from './variables.ts';

export interface EnvSources {
  /** Folder of `.env`. */
  readonly cwd: string;
  /** Values from the command line, by the variable that they override. */
  readonly flags?: Readonly<Partial<Record<VariableName, string>>>;
}

export interface EnvReading {
  readonly env: Env;
  /** Values of SEED_PASSWORD_..., by their names. */
  readonly seedPasswords: Readonly<Record<string, string>>;
  /** Sentences about variables that look mistyped. */
  readonly warnings: readonly string[];
}

/**
 * Reads Daybrief's variables: flags override the environment, the environment overrides `.env`.
 *
 * @throws AppError CONFIG_INVALID listing every wrong variable at once, never with a secret in it.
 */
export function readEnv(
  processEnv: Readonly<Record<string, string | undefined>>,
  sources: EnvSources,
): EnvReading {
  const layers: readonly Layer[] = [
    { label: ' on the command line', values: sources.flags ?? {} },
    { label: '', values: processEnv },
    { label: ' in .env', values: readDotEnv(sources.cwd) },
  ];
  const found = new Map<string, Found>();
  for (const name of variableNames) {
    const layer = layers.find(({ values }) => (values[name] ?? '') !== '');
    if (layer !== undefined) found.set(name, { text: layer.values[name] ?? '', label: layer.label });
  }
  return { env: parse(found), seedPasswords: seedPasswordsOf(layers), warnings: layers.flatMap(warnings) };
}

/** publication.yaml names them, so their names are free but for how they begin. */
function seedPasswordsOf(layers: readonly Layer[]): Readonly<Record<string, string>> {
  const found = layers
    .toReversed()
    .flatMap(({ values }) => Object.entries(values))
    .filter(
      (entry): entry is [string, string] => /^SEED_PASSWORD_\w+$/u.test(entry[0]) && (entry[1] ?? '') !== '',
    );
  return Object.fromEntries(found);
}

interface Layer {
  readonly label: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

interface Found {
  readonly text: string;
  readonly label: string;
}

function parse(found: ReadonlyMap<string, Found>): Env {
  const details: string[] = [];
  const input: Record<string, string> = {};
  for (const [name, { text, label }] of found) {
    // A control character is always a mistake, and dangerous in a path or header.
    if (/\p{Cc}/u.test(text)) details.push(`${name}${label} contains a control character or line break.`);
    else input[name] = text;
  }
  if (found.has('DATABASE_URL') && !found.has('DAYBRIEF_SECRET')) {
    details.push(
      `DAYBRIEF_SECRET is not set; expected the one that all processes with this DATABASE_URL share, for example DAYBRIEF_SECRET=${examples.DAYBRIEF_SECRET}.`,
    );
  }
  if (found.has('INBOUND_TLS_CERT') !== found.has('INBOUND_TLS_KEY')) {
    const [set, missing] = found.has('INBOUND_TLS_CERT')
      ? (['INBOUND_TLS_CERT', 'INBOUND_TLS_KEY'] as const)
      : (['INBOUND_TLS_KEY', 'INBOUND_TLS_CERT'] as const);
    details.push(
      `${missing} is not set, but ${set} is; expected both or neither, for example ${missing}=${examples[missing]}.`,
    );
  }
  const result = envSchema.safeParse(input);
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0]) as VariableName;
    details.push(describe(name, found.get(name), issue.message));
  }
  if (result.success && details.length === 0) return result.data;
  throw invalid(details);
}

function describe(name: VariableName, found: Found | undefined, expected: string): string {
  const text = found?.text ?? '';
  const shown = secretVariables.has(name)
    ? `a value of ${text.length} characters`
    : JSON.stringify(shorten(text));
  const example = examples[name] === undefined ? '' : `, for example ${name}=${examples[name]}`;
  return `${name}${found?.label ?? ''} is ${shown}; expected ${expected}${example}.`;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function invalid(details: readonly string[]): AppError {
  const message =
    details.length === 1 ? 'One setting is wrong.' : `The settings have ${details.length} mistakes.`;
  return new AppError('CONFIG_INVALID', message, {
    hint: 'Correct it in the environment or in .env; .env.example explains every variable.',
    details,
  });
}

/**
 * Finds unknown DAYBRIEF_ names and, in `.env`, names that are similar to a variable.
 */
function warnings(layer: Layer): string[] {
  const known = new Set<string>(variableNames);
  return Object.keys(layer.values)
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      const near = closest(name, [...variableNames]);
      const isNear = distance(name, near) <= 2;
      const isOurs = name.startsWith('DAYBRIEF_') || (layer.label === ' in .env' && isNear);
      if (!isOurs) return [];
      return [
        `${name}${layer.label} is not a variable Daybrief reads.${isNear ? ` Did you mean ${near}?` : ''}`,
      ];
    });
}
