import { recordsOf } from '../../domain/doctor/dns.ts';
import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { DmarcPolicy } from '../ports/doctor.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';
import { domainOf, domainsOf } from './domains.ts';

type DmarcPorts = Pick<DoctorPorts, 'dns' | 'dmarc'>;

/** The policy of the From domain, whether SPF and DKIM align with it, and who gets its reports. */
export function dmarcChecks(publication: Publication, ports: DmarcPorts): readonly Check[] {
  const { from } = domainsOf(publication);
  return [
    { id: 'dmarc', about: from, run: async () => [await checkPolicy(from, ports)] },
    { id: 'dmarc-alignment', about: from, run: async () => checkAlignment(publication, ports) },
    { id: 'dmarc-reports', about: from, run: async () => checkReports(from, ports) },
  ];
}

async function checkPolicy(domain: string, { dmarc }: DmarcPorts): Promise<Finding> {
  const { ok, warning, error, notChecked } = findingsOf('dmarc', domain);
  const found = await dmarc.policyOf(domain);
  switch (found.kind) {
    case 'failed':
      return notChecked(`The DMARC policy of ${domain} could not be looked up: ${found.why}.`);
    case 'none':
      return error(`${domain} has no DMARC policy, which large receivers require of bulk mail.`, {
        fix: 'Publish one; `p=none` is enough to begin with.',
        record: recordFor(domain),
      });
    case 'invalid':
      return error(`Receivers ignore the DMARC record of ${found.at}: ${found.why}.`, {
        fix: 'Replace it by one record.',
        record: recordFor(found.at),
      });
    case 'found': {
      const { policy, foundAt, remarks, isTest } = found.policy;
      const [remark] = remarks;
      if (remark !== undefined)
        return warning(`The DMARC record of ${foundAt} has a mistake: ${remark}.`, { fix: 'Correct it.' });
      const text = `The DMARC policy of ${domain} is ${policy}${isTest ? ' as a test' : ''}, from the record of ${foundAt}.`;
      if (policy !== 'none') return ok(text);
      return ok(text, {
        fix: 'Once the reports show that all of your mail passes, `p=quarantine` keeps others from using the domain.',
      });
    }
  }
}

function recordFor(domain: string) {
  const value = `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`;
  return { name: `_dmarc.${domain}`, type: 'TXT', value } as const;
}

/** RFC 9989 section 4.4: one of the two has to align; large receivers ask for both of bulk mail. */
async function checkAlignment(publication: Publication, { dmarc }: DmarcPorts): Promise<readonly Finding[]> {
  const { from, bounce } = domainsOf(publication);
  const { ok, warning, error, notChecked } = findingsOf('dmarc-alignment', from);
  const found = await dmarc.policyOf(from);
  if (found.kind !== 'found') return [];
  const { strictSpf, strictDkim } = found.policy;
  const aligned = await Promise.all([
    isAligned(from, bounce, { isStrict: strictSpf, dmarc }),
    ...(publication.dkim ?? []).map(({ domain }) =>
      isAligned(from, domain.toLowerCase(), { isStrict: strictDkim, dmarc }),
    ),
  ]);
  if (aligned.includes(undefined))
    return [notChecked(`The DNS did not say whether the domains of SPF and DKIM align with ${from}.`)];
  const [spf, ...dkim] = aligned;
  const hasKeys = dkim.length > 0;
  const passesDkim = dkim.includes(true);
  if (spf === true && passesDkim) return [ok(`SPF by ${bounce} and DKIM both align with ${from}.`)];
  if (spf === true && !hasKeys)
    return [ok(`SPF by ${bounce} aligns with ${from}; whether the relay signs with DKIM is not known here.`)];
  if (spf === true)
    return [warning(`DKIM does not align with ${from}: ${strictText('adkim', strictDkim)}.`, dkimFix(from))];
  const spfText = `the return path ${bounce} does not align with ${from}${strictSpf ? ', as `aspf=s` asks' : ''}`;
  const fix = {
    fix: `Set bounce-domain in publication.yaml to ${strictSpf ? from : `a domain below ${from}`}.`,
  };
  if (passesDkim) return [warning(`Only DKIM passes DMARC: ${spfText}.`, fix)];
  if (!hasKeys)
    return [warning(`Mail passes DMARC only if the relay signs it for ${from}: ${spfText}.`, fix)];
  return [error(`Mail fails DMARC: neither DKIM nor ${spfText}.`, fix)];
}

function strictText(tag: string, isStrict: boolean): string {
  return isStrict ? `\`${tag}=s\` asks for the same domain` : 'its keys belong to another domain';
}

function dkimFix(from: string) {
  return { fix: `Make keys for ${from} with \`daybrief dkim init\`, or take \`adkim=s\` out of the policy.` };
}

/** Undefined if the DNS did not say. RFC 9989 section 4.4. */
async function isAligned(
  from: string,
  domain: string,
  { isStrict, dmarc }: { readonly isStrict: boolean } & Pick<DmarcPorts, 'dmarc'>,
): Promise<boolean | undefined> {
  if (domain === from) return true;
  if (isStrict) return false;
  const [own, other] = await Promise.all([dmarc.organizationOf(from), dmarc.organizationOf(domain)]);
  return own === undefined || other === undefined ? undefined : own === other;
}

async function checkReports(domain: string, { dns, dmarc }: DmarcPorts): Promise<readonly Finding[]> {
  const { ok, warning } = findingsOf('dmarc-reports', domain);
  const found = await dmarc.policyOf(domain);
  if (found.kind !== 'found') return [];
  const { policy } = found;
  if (policy.reportsTo.length === 0) {
    const separator = policy.record.trimEnd().endsWith(';') ? ' ' : '; ';
    return [
      warning(`The DMARC record of ${policy.foundAt} names no address for its reports.`, {
        fix: 'Add `rua`, to see which mail fails.',
        record: {
          name: `_dmarc.${policy.foundAt}`,
          type: 'TXT',
          value: `${policy.record.trimEnd()}${separator}rua=mailto:dmarc@${policy.foundAt}`,
        },
      }),
    ];
  }
  const unauthorized = await findUnauthorized(policy, { dns, dmarc });
  if (unauthorized === undefined) return [ok(`DMARC reports go to ${policy.reportsTo.join(' and ')}.`)];
  return [
    warning(
      `Receivers send no DMARC reports to ${unauthorized}, which has not agreed to get those of ${policy.foundAt}.`,
      {
        fix: `Have it publish this record, or use an address below ${policy.organization}.`,
        record: {
          name: `${policy.foundAt}._report._dmarc.${domainOf(unauthorized)}`,
          type: 'TXT',
          value: 'v=DMARC1',
        },
      },
    ),
  ];
}

/** An address elsewhere gets reports only if its domain says that it wants them. RFC 9990 section 4. */
async function findUnauthorized(
  { foundAt, organization, reportsTo }: DmarcPolicy,
  { dns, dmarc }: DmarcPorts,
): Promise<string | undefined> {
  for (const address of reportsTo) {
    const domain = domainOf(address);
    if ((await dmarc.organizationOf(domain)) === organization) continue;
    const answer = await dns.txt(`${foundAt}._report._dmarc.${domain}`);
    if (answer.kind === 'failed') continue;
    if (!recordsOf(answer).some((record) => record.startsWith('v=DMARC1'))) return address;
  }
  return undefined;
}
