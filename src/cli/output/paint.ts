import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/**
 * The text in a colour or weight where the stream is a terminal that shows them, else as it is.
 * NO_COLOR and FORCE_COLOR rule. Colour never says anything that the words do not.
 */
export function paint(style: Style, text: string, stream: Writable): string {
  return isTerminal(stream) ? styleText(style, text, { stream }) : text;
}

export function isTerminal(stream: Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
