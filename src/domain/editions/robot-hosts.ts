/**
 * Sites that answer programs otherwise than people: they ask for a login, show a puzzle, or claim that a page is not
 * there. What they answer to a link check says nothing about the link.
 */
const hosts: ReadonlySet<string> = new Set(
  [
    'amazon.com,axios.com,barrons.com,bloomberg.com,economist.com,facebook.com,fb.com,ft.com,glassdoor.com',
    'indeed.com,instagram.com,linkedin.com,marketwatch.com,medium.com,nytimes.com,politico.com,quora.com',
    'reddit.com,researchgate.net,reuters.com,sciencedirect.com,science.org,ssrn.com,tandfonline.com,threads.net',
    'tiktok.com,twitter.com,washingtonpost.com,wiley.com,wsj.com,x.com,yelp.com,zillow.com',
  ].flatMap((line) => line.split(',')),
);

/** True for such a site and for every host below its domain. */
export function refusesRobots(host: string): boolean {
  const labels = host.toLowerCase().split('.');
  return labels.some((_, index) => hosts.has(labels.slice(index).join('.')));
}
