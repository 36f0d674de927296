/** True for text that looks like an RSS, Atom, RDF or JSON feed. */
export function isFeed(text: string): boolean {
  const start = text.slice(0, 4096).trimStart();
  if (start.startsWith('{')) return /"version"\s*:\s*"https?:\\?\/\\?\/jsonfeed\.org/u.test(start);
  return (
    /^<(?:\?xml|!--|!DOCTYPE|rss|feed|rdf:RDF)/iu.test(start) &&
    /<(?:\w+:)?(?:rss|feed|RDF)[\s>]/u.test(text.slice(0, 20_000))
  );
}
