import type {
  BodySlot,
  CompiledMessage,
  HeaderSlot,
  MessagePart,
  SlottedText,
} from '../../domain/message/compiled-message.ts';
import { encodeBase64Lines } from './base64-lines.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';

/** A slot and the encoding that its value gets. Equal ones are encoded once per recipient. */
export type PreparedSlot =
  | (HeaderSlot & { readonly encoding: 'verbatim' })
  | (BodySlot & { readonly encoding: 'quoted-printable' | 'base64' });

/**
 * Bytes that all recipients share; or texts, and indexes of slots whose encoded values go between them, which make one
 * Buffer for each recipient; or a base64 body.
 */
export type Step = Buffer | Texts | { readonly base64: readonly Base64Piece[] };
export type Texts = readonly (string | number)[];

/**
 * What a base64 body is spliced from. How static text is encoded depends on how many octets precede
 * it, modulo 3, so it is kept in all three ways.
 */
export type Base64Piece = Buffer | number | { readonly phases: readonly [Phase, Phase, Phase] };

/** Static text for one phase: `head` completes the group before it, `tail` begins the next. */
export interface Phase {
  readonly head: Buffer;
  /** Whole groups, encoded, in whole lines. */
  readonly lines: Buffer;
  readonly tail: Buffer;
}

/** An edition's message with everything encoded that does not depend on the recipient. */
export interface PreparedMessage {
  readonly slots: readonly PreparedSlot[];
  readonly steps: readonly Step[];
  /** How many of the Buffers at the beginning of each spliced message make up its header block. */
  readonly headerSteps: number;
}

/** Shorter texts are copied for each recipient: one write of few Buffers costs less than the copies. */
const minSharedCharacters = 2_048;

type Piece = string | number | { readonly base64: readonly Base64Piece[] };

/** Encodes a compiled message's static text, once per edition, so that splicing only copies. */
export function prepareMessage(compiled: CompiledMessage): PreparedMessage {
  const slots = new SlotTable();
  const [header = [], ...bodies] = compiled.parts.map((part) => preparePart(part, slots));
  const headerSteps = toSteps(header);
  return {
    slots: slots.all,
    steps: [...headerSteps, ...toSteps(bodies.flat())],
    headerSteps: headerSteps.length,
  };
}

/** Large texts become Buffers; what lies between them becomes one step. */
function toSteps(pieces: readonly Piece[]): readonly Step[] {
  const steps: Step[] = [];
  let open: (string | number)[] = [];
  const close = () => {
    if (open.length > 0)
      steps.push(open.every((text) => typeof text === 'string') ? Buffer.from(open.join('')) : open);
    open = [];
  };
  for (const piece of pieces) {
    if (typeof piece === 'number' || (typeof piece === 'string' && piece.length < minSharedCharacters)) {
      open.push(piece);
      continue;
    }
    close();
    steps.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  }
  close();
  return steps;
}

function preparePart(part: MessagePart, slots: SlotTable): readonly Piece[] {
  switch (part.encoding) {
    case 'verbatim':
      return part.run.map((piece) =>
        typeof piece === 'string' ? piece : slots.indexOf({ ...piece, encoding: 'verbatim' as const }),
      );
    case 'quoted-printable':
      return part.run.map((piece) =>
        typeof piece === 'string'
          ? encodeQuotedPrintable(piece)
          : slots.indexOf({ ...piece, encoding: 'quoted-printable' as const }),
      );
    case 'base64':
      return [{ base64: prepareBase64(part.run, slots) }];
  }
}

/** Shorter texts are encoded again for each recipient, together with the values beside them. */
const minPhasedOctets = 57;

function prepareBase64(run: SlottedText, slots: SlotTable): readonly Base64Piece[] {
  return run.map((piece) => {
    if (typeof piece !== 'string') return slots.indexOf({ ...piece, encoding: 'base64' as const });
    const bytes = Buffer.from(piece);
    if (bytes.length < minPhasedOctets) return bytes;
    return { phases: [phaseOf(bytes, 0), phaseOf(bytes, 1), phaseOf(bytes, 2)] };
  });
}

function phaseOf(bytes: Buffer, headLength: number): Phase {
  const tailLength = (bytes.length - headLength) % 3;
  const end = bytes.length - tailLength;
  return {
    head: bytes.subarray(0, headLength),
    lines: encodeBase64Lines(bytes.subarray(headLength, end)),
    tail: bytes.subarray(end),
  };
}

class SlotTable {
  readonly all: PreparedSlot[] = [];

  indexOf(wanted: PreparedSlot): number {
    const found = this.all.findIndex(
      ({ slot, as, encoding }) => slot === wanted.slot && as === wanted.as && encoding === wanted.encoding,
    );
    return found === -1 ? this.all.push(wanted) - 1 : found;
  }
}
