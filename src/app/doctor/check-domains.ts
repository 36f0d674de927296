import { addressesOf, isReservedDomain, recordsOf } from '../../domain/doctor/dns.ts';
import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { PublishedKeyCheck } from '../ports/doctor.ts';
import { fromError } from './check-installation.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';
import { domainsOf, isRelated } from './domains.ts';

type DomainPorts = Pick<DoctorPorts, 'dns' | 'dmarc' | 'checkKeys'>;

/** The From domain of a publication's mail, the other domains that it names, and its keys. */
export function domainChecks(
  publication: Publication,
  ports: DomainPorts,
): { readonly from: Check; readonly rest: readonly Check[] } {
  const { from, reply, listId } = domainsOf(publication);
  const rest: readonly Check[] = [
    ...(reply === undefined || reply === from
      ? []
      : [{ id: 'reply-domain' as const, about: reply, run: async () => [await checkReply(reply, ports)] }]),
    { id: 'list-id', about: listId, run: async () => [await checkListId(publication, ports)] },
    { id: 'dkim', about: from, run: async () => checkDkim(publication, ports) },
  ];
  return { from: { id: 'from-domain', about: from, run: async () => [await checkFrom(from, ports)] }, rest };
}

/** A finding if the From domain does not exist, so that nothing about it can be looked up. */
export function reservedFinding(publication: Publication): Finding | undefined {
  const { from } = domainsOf(publication);
  if (!isReservedDomain(from)) return undefined;
  return findingsOf('from-domain', from).warning(
    `${publication.slug} sends from ${from}, a domain for examples that receivers refuse, so the DNS was not asked.`,
    { fix: `Set \`from\` in ${publication.slug}/publication.yaml to an address of yours.` },
  );
}

type TakesMail =
  | { readonly kind: 'yes' | 'null-mx' | 'no-server' | 'no-such-domain' }
  | { readonly kind: 'failed'; readonly why: string };

/** RFC 5321 section 5.1 and RFC 7505. */
async function takesMail(domain: string, { dns }: Pick<DoctorPorts, 'dns'>): Promise<TakesMail> {
  const mx = await dns.mx(domain);
  if (mx.kind === 'failed') return mx;
  if (mx.kind === 'records')
    return {
      kind: recordsOf(mx).every(({ exchange }) => exchange === '' || exchange === '.') ? 'null-mx' : 'yes',
    };
  const addresses = await addressesOf(domain, dns);
  if (addresses.kind === 'failed') return addresses;
  if (addresses.kind === 'records') return { kind: 'yes' };
  return { kind: mx.nameExists || addresses.nameExists ? 'no-server' : 'no-such-domain' };
}

/** False if a domain does not exist at all: nothing about it needs a finding of its own then. */
export async function existsInDns(domain: string, ports: Pick<DoctorPorts, 'dns'>): Promise<boolean> {
  return (await takesMail(domain, ports)).kind !== 'no-such-domain';
}

async function checkFrom(domain: string, ports: Pick<DoctorPorts, 'dns'>): Promise<Finding> {
  const { ok, error, notChecked } = findingsOf('from-domain', domain);
  const fix = 'Publish an MX, so that replies arrive; many receivers refuse mail from a domain without one.';
  const record = { name: domain, type: 'MX', value: `10 mail.${domain}.` } as const;
  const answer = await takesMail(domain, ports);
  switch (answer.kind) {
    case 'yes':
      return ok(`The From domain ${domain} exists and takes replies.`);
    case 'failed':
      return notChecked(`The DNS did not say whether ${domain} takes mail: ${answer.why}.`);
    case 'null-mx':
      return error(`The From domain ${domain} says that it takes no mail (a null MX).`, { fix, record });
    case 'no-server':
      return error(`The From domain ${domain} has no mail server, neither an MX nor an address.`, {
        fix,
        record,
      });
    case 'no-such-domain':
      return error(`The From domain ${domain} does not exist in the DNS.`, {
        fix: 'Correct `from` in publication.yaml, or register the domain.',
      });
  }
}

async function checkReply(domain: string, ports: Pick<DoctorPorts, 'dns'>): Promise<Finding> {
  const { ok, warning, notChecked } = findingsOf('reply-domain', domain);
  const answer = await takesMail(domain, ports);
  if (answer.kind === 'yes') return ok(`${domain} takes replies.`);
  if (answer.kind === 'failed')
    return notChecked(`The DNS did not say whether ${domain} takes mail: ${answer.why}.`);
  return warning(`Replies are lost: ${domain}, the domain of reply-to, takes no mail.`, {
    fix: 'Correct `reply-to` in publication.yaml, or publish an MX.',
  });
}

/** RFC 2919 section 2: a list identifier is below a domain of who sends. */
async function checkListId(publication: Publication, { dmarc }: DomainPorts): Promise<Finding> {
  const { from, listId } = domainsOf(publication);
  const { ok, warning, notChecked } = findingsOf('list-id', listId);
  const fine = ok(`The list identifier ${listId} belongs to ${from}.`);
  if (isRelated(listId, from)) return fine;
  const [own, other] = await Promise.all([dmarc.organizationOf(from), dmarc.organizationOf(listId)]);
  if (own === undefined || other === undefined)
    return notChecked(`The DNS did not say whether the list identifier ${listId} belongs to ${from}.`);
  if (own === other) return fine;
  return warning(
    `The list identifier ${listId} is not below ${from}, so it may be the name of another list.`,
    {
      fix: 'Take `list-id` out of publication.yaml before the first edition; later, keep it: receivers know it.',
    },
  );
}

async function checkDkim(publication: Publication, { checkKeys }: DomainPorts): Promise<readonly Finding[]> {
  const { from } = domainsOf(publication);
  const { slug, dkim = [] } = publication;
  if (dkim.length === 0) {
    return [
      findingsOf('dkim', from).notChecked(
        `${slug} has no DKIM key, so the relay has to sign; nothing here shows whether it does.`,
        { fix: `See Authentication-Results in a proof that arrived, or run \`daybrief dkim init ${slug}\`.` },
      ),
    ];
  }
  try {
    return (await checkKeys(slug)).map(keyFinding);
  } catch (cause) {
    return [fromError(findingsOf('dkim', from).error, cause)];
  }
}

function keyFinding({ domain, selector, record, published }: PublishedKeyCheck): Finding {
  const { ok, warning, error, notChecked } = findingsOf('dkim', `${selector}._domainkey.${domain}`);
  switch (published.kind) {
    case 'unknown':
      return notChecked(
        `The DNS did not say whether the DKIM key ${selector} of ${domain} is published: ${published.why}.`,
      );
    case 'wrong':
      return error(`Nothing can be sent with the DKIM key ${selector} of ${domain}: ${published.why}.`, {
        fix: 'Publish this record, or take the key out of publication.yaml.',
        record,
      });
    case 'matches':
      if (!published.isTest)
        return ok(`The DKIM key ${selector} of ${domain} is published and matches ours.`);
      return warning(
        `The DKIM record ${selector} of ${domain} says \`t=y\`, so receivers may ignore signatures.`,
        {
          fix: 'Take `t=y` out of it.',
          record,
        },
      );
  }
}
