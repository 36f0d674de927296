import type { Writable } from 'node:stream';

import { paint, isTerminal } from './paint.ts';
import { printable } from './printable.ts';

/**
 * Returns a destination that writes log lines for people and overwrites a progress bar on the same line.
 * Returns undefined if the stream is no terminal: there each line stays a JSON object for programs.
 */
export function terminalLog(stream: Writable): { write(line: string): void } | undefined {
  if (!isTerminal(stream)) return undefined;
  return { write: (line) => void stream.write(`\r\u001B[K${formatLogLine(line, stream)}\n`) };
}

const labels: Readonly<Record<string, readonly [label: string, style: 'dim' | 'yellow' | 'red']>> = {
  debug: ['debug', 'dim'],
  info: ['info', 'dim'],
  warn: ['warning', 'yellow'],
  error: ['error', 'red'],
};

/**
 * Formats `{"level":"warn","time":"...","msg":"relay is down",...}` as
 * `06:00:12 warning: relay is down (relay: ...)`, in local time.
 */
function formatLogLine(line: string, stream: Writable): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const [label, style] = labels[String(level)] ?? ['log', 'dim'];
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  const details = Object.entries(fields).map(([name, value]) => `${name}: ${shown(value)}`);
  const end = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${clock} ${paint(style, `${label}:`, stream)} ${printable(`${String(msg)}${end}`)}`;
}

/** Shows an error by its message; the JSON log has the stack. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return JSON.stringify(value);
}
