import type { Writable } from 'node:stream';

import { paint, isTerminal } from './paint.ts';
import { printable } from './printable.ts';

/**
 * Where the log goes on a terminal: a line for people, in place of a progress bar that may stand there.
 * Undefined elsewhere, where a line stays the JSON object that programs read.
 */
export function terminalLog(stream: Writable): { write(line: string): void } | undefined {
  if (!isTerminal(stream)) return undefined;
  return { write: (line) => void stream.write(`\r\u001B[K${formatLogLine(line, stream)}\n`) };
}

const words: Readonly<Record<number, readonly [word: string, style: 'dim' | 'yellow' | 'red']>> = {
  20: ['debug', 'dim'],
  30: ['info', 'dim'],
  40: ['warning', 'yellow'],
  50: ['error', 'red'],
};

/** pino's `{"level":40,"time":...,"msg":"relay is down",...}` as `06:00:12 warning: relay is down (relay ...)`. */
function formatLogLine(line: string, stream: Writable): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const [word, style] = words[Number(level)] ?? ['log', 'dim'];
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const details = Object.entries(fields).map(([name, value]) => `${name}: ${shown(value)}`);
  const end = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${clock} ${paint(style, `${word}:`, stream)} ${printable(`${String(msg)}${end}`)}`;
}

/** What was thrown is told by its message; the stack is in the JSON for whoever wants it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return JSON.stringify(value);
}
