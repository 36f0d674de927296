import type { Image, PhrasingContent } from 'mdast';

/** One tag, as Markdown hands it over inside a line. */
export interface HtmlTag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Begin and end a paragraph; what they say about its look is left to the template. */
export const blockTags: ReadonlySet<string> = new Set(
  `p div center section article header footer main aside figure details hr h1 h2 h3 h4 h5 h6
   figcaption summary blockquote ul ol li`.split(/\s+/),
);

/** Have a meaning in Markdown. */
export const meaningfulTags: ReadonlySet<string> = new Set(
  `a b strong i em s del strike code sup sub img br`.split(/\s+/),
);

/** Are about the look of words alone. */
export const plainTags: ReadonlySet<string> = new Set(
  `u span small big font mark kbd abbr ins cite q time wbr tt`.split(/\s+/),
);

/** Elements that have no meaning in a digest. Any other name in angle brackets is text: "<Enter>". */
const otherTags: ReadonlySet<string> = new Set(
  `html head body title meta link style script noscript template base address hgroup nav search menu dl dt dd pre
   table caption colgroup col tbody thead tfoot tr td th form input button select datalist optgroup option textarea
   label output progress meter fieldset legend dialog iframe embed object param picture source video audio track map
   area canvas svg math path data dfn bdi bdo ruby rt rp samp var slot frame frameset noframes applet acronym
   basefont dir marquee blink nobr`.split(/\s+/),
);

const tag = /^<(\/?)([a-z][a-z0-9-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>$/i;
const attribute = /([a-z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/gi;

/** Undefined for a comment, and for what is no single tag. */
export function readTag(html: string): HtmlTag | undefined {
  const [, slash, name = '', rest = ''] = tag.exec(html.trim()) ?? [];
  if (slash === undefined) return undefined;
  const attributes = new Map<string, string>();
  for (const [, key = '', double, single, bare] of rest.matchAll(attribute)) {
    const value = double ?? single ?? bare ?? '';
    if (!attributes.has(key.toLowerCase())) attributes.set(key.toLowerCase(), decoded(value));
  }
  return { name: name.toLowerCase(), closes: slash === '/', attributes };
}

/** True for what looks like a tag and is none of HTML: "<First Name>", the comparison in "a<b and c>d". */
export function isNoElement(html: string): boolean {
  const [, , typed = '', rest = ''] = tag.exec(html.trim()) ?? [];
  const name = typed.toLowerCase();
  if (name === '' || blockTags.has(name) || otherTags.has(name)) return false;
  const isKnown = meaningfulTags.has(name) || plainTags.has(name);
  return !isKnown || /^\s+[^=/]*$/.test(rest.trimEnd());
}

/** `<img>` as the image that it shows. */
export function toImageNode(html: HtmlTag, position: PhrasingContent['position']): Image {
  const title = html.attributes.get('title');
  return {
    type: 'image',
    url: html.attributes.get('src') ?? '',
    alt: html.attributes.get('alt') ?? '',
    ...(title === undefined ? {} : { title }),
    ...(position === undefined ? {} : { position }),
  };
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: '\u00A0',
};

function decoded(value: string): string {
  return value.replaceAll(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]{2,5}));/gi, (match, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? match;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal));
  });
}

/** The words of a line. */
export function wordsOf(nodes: readonly PhrasingContent[]): string {
  return nodes
    .map((node) => {
      if ('children' in node) return wordsOf(node.children);
      if (node.type === 'text' || node.type === 'inlineCode') return node.value;
      return node.type === 'break' ? ' ' : '';
    })
    .join('');
}
