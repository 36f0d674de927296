import { parseHTML } from 'linkedom';

/** The parts of a DOM node that this room reads; TypeScript's own are made for browsers. */
export interface DomNode {
  /** 1 is an element, 3 is text. */
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly innerHTML?: string;
  readonly childNodes: Iterable<DomNode>;
  getAttribute?(name: string): string | null;
  querySelector?(selector: string): DomNode | null;
}

export interface DomDocument {
  readonly documentElement: DomNode | null;
  readonly body: DomNode;
  querySelector(selector: string): DomNode | null;
  querySelectorAll(selector: string): Iterable<DomNode>;
}

export function parseDocument(html: string): DomDocument {
  // linkedom takes a document without tags for an empty one.
  const whole = /<html[\s>]/iu.test(html)
    ? html
    : `<!doctype html><html><head></head><body>${html}</body></html>`;
  return parseHTML(whole).document;
}

export function attribute(node: DomNode | null, name: string): string | undefined {
  const value = node?.getAttribute?.(name)?.trim() ?? '';
  return value === '' ? undefined : value;
}
