import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

/** An element of a mail as a browser reads it, with what the checks ask of it. */
export interface MailElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly classes: ReadonlySet<string>;
  readonly parent: MailElement | undefined;
  readonly children: readonly (MailElement | string)[];
}

export interface MailDocument {
  readonly root: MailElement;
  /** All elements in document order. */
  readonly elements: readonly MailElement[];
  /** Text of all style elements, in order; those in Outlook's conditional comments are not among them. */
  readonly styles: readonly string[];
  /** Text of all comments: what Outlook on Windows reads in conditional ones is among them. */
  readonly comments: readonly string[];
}

/** Parses HTML as the HTML standard says (WHATWG HTML, section 13.2), so nothing that is sent fails to parse. */
export function readMail(html: string): MailDocument {
  const elements: MailElement[] = [];
  const comments: string[] = [];
  const document = parse(html);
  const top = document.childNodes.find(isElement);
  // A parsed document always has an html element.
  if (top === undefined) throw new TypeError('parse5 gave a document without a root');
  const root = convert(top, { parent: undefined, elements, comments });
  const styles = elements.filter(({ tag }) => tag === 'style').map((element) => textOf(element));
  return { root, elements, styles, comments };
}

/** All text below an element, white space unchanged. */
export function textOf(element: MailElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

/** The elements with this name, in document order. */
export function byTag({ elements }: MailDocument, ...tags: readonly string[]): MailElement[] {
  return elements.filter(({ tag }) => tags.includes(tag));
}

/** The declarations of a `style` attribute or a rule, by property, lower case. */
export function readDeclarations(style: string): ReadonlyMap<string, Declaration> {
  const declarations = new Map<string, Declaration>();
  for (const part of style.split(';')) {
    const [property = '', ...rest] = part.split(':');
    const value = rest.join(':').trim();
    const important = /\s*!important$/iu.test(value);
    if (value === '') continue;
    declarations.set(property.trim().toLowerCase(), {
      value: value.replace(/\s*!important$/iu, ''),
      important,
    });
  }
  return declarations;
}

export interface Declaration {
  readonly value: string;
  readonly important: boolean;
}

interface Place {
  readonly parent: MailElement | undefined;
  readonly elements: MailElement[];
  readonly comments: string[];
}

function convert(node: DefaultTreeAdapterTypes.Element, { parent, ...found }: Place): MailElement {
  const attributes = new Map(node.attrs.map(({ name, value }) => [name, value]));
  const classes = new Set((attributes.get('class') ?? '').split(/\s+/u).filter((name) => name !== ''));
  const children: (MailElement | string)[] = [];
  const element: MailElement = { tag: node.tagName, attributes, classes, parent, children };
  found.elements.push(element);
  for (const child of node.childNodes) {
    if (isElement(child)) children.push(convert(child, { parent: element, ...found }));
    else if ('value' in child) children.push(child.value);
    else if ('data' in child) found.comments.push(child.data);
  }
  return element;
}

function isElement(node: DefaultTreeAdapterTypes.ChildNode): node is DefaultTreeAdapterTypes.Element {
  return 'tagName' in node;
}
