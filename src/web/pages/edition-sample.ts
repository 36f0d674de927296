import { defaultTreeAdapter, parseFragment, serialize, serializeOuter } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

import type { EditionPage } from '../../domain/editions/edition-page.ts';

/** The beginning of an edition: its lead as far as a visitor wants to see before subscribing. */
export interface EditionSample {
  /** "1 big thing:" or empty. */
  readonly kicker: string;
  readonly headline: string;
  /** HTML of the lead's first image with its credit, and of its first two paragraphs. */
  readonly html: string;
}

const paragraphs = 2;

/**
 * Takes the beginning of the first story out of a frozen page, which has Daybrief's elements and classes and
 * is escaped. An edition without a story is shown by its subject and preheader.
 */
export function editionSample({ html, subject, preheader }: EditionPage): EditionSample {
  const story = firstStory(html);
  const headline = story.find((node) => node.tagName === 'h2');
  if (headline === undefined) return { kicker: '', headline: subject, html: escaped(preheader) };
  const kicker = elements(headline).find((node) => classOf(node) === 'kicker');
  const figure = story.find((node) => node.tagName === 'figure');
  const text = story.filter((node) => node.tagName === 'p' && classOf(node) === '').slice(0, paragraphs);
  const shown = figure === undefined ? text : [figure, ...text];
  return {
    kicker: kicker === undefined ? '' : textOf(kicker),
    headline: headline.childNodes
      .filter((node) => node !== kicker)
      .map(textOf)
      .join('')
      .trim(),
    html: shown.map((node) => serializeOuter(withoutNotes(node))).join('\n'),
  };
}

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.ChildNode;

/** Only the story is parsed, because the signup page is made for every request. */
function firstStory(html: string): readonly Element[] {
  const at = ['lead', 'brief'].map((kind) => html.indexOf(`<section class="${kind}">`)).find((at) => at >= 0);
  if (at === undefined) return [];
  const [section] = elements(parseFragment(html.slice(at, html.indexOf('</section>', at))));
  return section === undefined ? [] : elements(section);
}

function elements({ childNodes }: { readonly childNodes: readonly Node[] }): Element[] {
  return childNodes.filter((node) => defaultTreeAdapter.isElementNode(node));
}

function classOf({ attrs }: Element): string {
  return attrs.find(({ name }) => name === 'class')?.value ?? '';
}

function textOf(node: Node): string {
  if (defaultTreeAdapter.isTextNode(node)) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

/** Marks of footnotes lead to places that the sample does not have. */
function withoutNotes(node: Element): Element {
  for (const child of elements(node)) {
    if (child.tagName === 'sup') defaultTreeAdapter.detachNode(child);
    else withoutNotes(child);
  }
  return node;
}

function escaped(text: string): string {
  if (text === '') return '';
  const paragraph = parseFragment('<p></p>');
  for (const element of elements(paragraph)) defaultTreeAdapter.insertText(element, text);
  return serialize(paragraph);
}
