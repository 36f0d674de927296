import type { Publication } from '../../domain/editions/publication.ts';

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** True if one name is below the other, or both are below a name of at least two labels that is no list of registries. */
export function isRelated(left: string, right: string): boolean {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  if (a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`)) return true;
  const parent = (name: string) => name.split('.').slice(1).join('.');
  // Siblings such as smtp.example.org and letter.example.org; `org` alone has no dot.
  return parent(a) === parent(b) && parent(a).split('.').length >= 2 && !isRegistry(parent(a));
}

/** Second-level registries such as co.uk: two short labels. */
function isRegistry(name: string): boolean {
  return /^(?:ac|co|com|edu|gov|ne|net|or|org)\.[a-z]{2}$/u.test(name);
}

/** The domains of a publication's mail, each once. */
export function domainsOf({ from, replyTo, bounceDomain, listId }: Publication) {
  return {
    from: domainOf(from.address),
    bounce: bounceDomain.toLowerCase(),
    listId: listId.toLowerCase(),
    ...(replyTo === undefined ? {} : { reply: domainOf(replyTo) }),
  };
}
