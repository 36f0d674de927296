import type { Block, Section } from '../../src/domain/editions/digest.ts';

/** A missing kind is a type error. */
const sections: { readonly [Kind in Section['kind']]: true } = {
  lead: true,
  brief: true,
  dashboard: true,
  sponsor: true,
  note: true,
  closing: true,
  continuation: true,
  button: true,
  contents: true,
};

const blocks: { readonly [Kind in Block['kind']]: true } = {
  paragraph: true,
  list: true,
  quote: true,
  image: true,
  'go-deeper': true,
  subheading: true,
  'code-block': true,
  table: true,
  footnotes: true,
};

/** Every kind of section and block that a digest may have. */
export const digestKinds: ReadonlySet<string> = new Set([...Object.keys(sections), ...Object.keys(blocks)]);
