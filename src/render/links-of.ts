import { byTag, readMail } from './checks/mail-document.ts';

/** The web addresses that the links of an HTML document lead to, in their order. */
export function linksOf(html: string): readonly string[] {
  return byTag(readMail(html), 'a', 'area')
    .map(({ attributes }) => attributes.get('href') ?? '')
    .filter((href) => /^https?:\/\//iu.test(href) && URL.canParse(href));
}
