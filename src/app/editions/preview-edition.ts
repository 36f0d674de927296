import { brevityOf } from '../../domain/editions/brevity-score.ts';
import type { Brevity } from '../../domain/editions/brevity-score.ts';
import { checkRules } from '../../domain/editions/check-rules.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import { inboxLines } from '../../domain/editions/inbox-lines.ts';
import type { InboxLine } from '../../domain/editions/inbox-lines.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { ProofSummary } from '../../domain/editions/proof.ts';
import type { Accounting } from '../../domain/sending/delivery.ts';
import type { LoadedImage, SampleMessage } from '../ports/digests.ts';
import { sendTime } from '../schedule/zones.ts';
import type { Composition } from './compose-edition.ts';
import { baselinesOf } from './edition-versions.ts';
import type { Baseline, EditionVersions } from './edition-versions.ts';
import { examineDigest } from './examine-digest.ts';
import type { ComposePorts, EarlyEdition, ExaminedDigest } from './examine-digest.ts';
import { changesOf } from './locate-changes.ts';
import type { LocatedChange } from './locate-changes.ts';
import { previewBlocks } from './preview-blocks.ts';
import type { PreviewBlock } from './preview-blocks.ts';
import { plainOf } from './text-changes.ts';

export interface PreviewPorts extends ComposePorts {
  readonly sample: (composition: Composition) => SampleMessage;
  /** The HTML alone, as a sample recipient gets it. */
  readonly sampleHtml: (edition: EarlyEdition) => string;
  /** Undefined where there is no database, or it does not answer. */
  readonly versions: (slug: string, date: string) => Promise<KnownVersions | undefined>;
}

/** The versions of an edition, with what reads more of them. */
export interface KnownVersions extends EditionVersions {
  readonly textOf: (baseline: string) => Promise<string | undefined>;
  readonly approvers: (contentHash: string) => Promise<readonly string[]>;
}

/** A digest as it would reach subscribers, with everything a curator wants to know of it. */
export interface Preview {
  readonly publication: string;
  readonly slug: string;
  readonly date: string;
  readonly from: string;
  readonly timeZone: string;
  readonly sendAt: string;
  /** The send time of this edition. Milliseconds since 1970. */
  readonly sendsAt: number;
  /** `#rrggbb` */
  readonly color: string;
  readonly fromAddress: string;
  readonly file: string;
  /** Stops first, then warnings, then notes; each by line. */
  readonly problems: readonly (Problem & { readonly rationale?: string })[];
  readonly brevity?: Brevity;
  readonly blocks: readonly PreviewBlock[];
  readonly inbox: readonly InboxLine[];
  readonly subject: string;
  readonly preheader: string;
  /** There if the file could be read and rendered. */
  readonly rendering?: PreviewRendering;
  readonly approval?: PreviewApproval;
  /** Active subscribers; undefined where the database does not know. */
  readonly audience?: number;
  /** How many people have to approve, and who has approved this content. */
  readonly approvals: { readonly needed: number; readonly given: readonly string[] };
  /** The newest proof, if there is one. */
  readonly proof?: ProofSummary;
  readonly baselines: readonly Baseline[];
  /** Since the first baseline. */
  readonly changes: readonly LocatedChange[];
}

/** The email as a sample recipient sees it. */
export interface PreviewEmail {
  readonly html: string;
  readonly blocks: readonly PreviewBlock[];
  /** Where the message expects the images. */
  readonly baseUrl: string;
  readonly images: readonly (LoadedImage & { readonly url: string })[];
}

export interface PreviewRendering extends Omit<PreviewEmail, 'blocks'> {
  /** Lower-case hex. */
  readonly contentHash?: string;
  readonly text: string;
  readonly page: string;
  /** Octets of the whole message; undefined while something stops the edition. */
  readonly heaviestBytes?: number;
  readonly readingMinutes: number;
}

export interface PreviewApproval {
  readonly state: Edition['state'];
  readonly revision: number;
  readonly approvedBy: string;
  /** Milliseconds since 1970. */
  readonly approvedAt: number;
  readonly isCurrent: boolean;
  readonly onHold: boolean;
  readonly accounting: Accounting;
}

/**
 * Reads, checks and renders a digest for the preview. Throws as `examineDigest` does.
 *
 * @param onEmail called and awaited as soon as there is an email to look at: checks take longer than the rendering
 */
export async function previewEdition(
  reference: string,
  ports: PreviewPorts,
  onEmail?: (email: PreviewEmail) => Promise<void>,
): Promise<Preview> {
  const examined = await examineDigest(reference, ports, {
    prose: true,
    ...(onEmail === undefined ? {} : { onHtml: async (early) => onEmail(emailOf(early, ports)) }),
  });
  const { found, publication, draft } = examined;
  const rendering = renderingOf(examined, ports);
  const versions = await ports.versions(found.slug, found.date);
  const preheader = examined.rendered?.preheader ?? draft?.preheader ?? '';
  return {
    publication: publication.name,
    slug: found.slug,
    date: found.date,
    from: publication.from.name,
    timeZone: publication.timeZone,
    sendAt: publication.sendAt,
    sendsAt: sendTime(found.date, publication).getTime(),
    color: publication.brand.color,
    fromAddress: publication.from.address,
    file: found.displayPath,
    problems: examined.problems.toSorted(byWeight).map(withRationale),
    blocks: draft === undefined ? [] : previewBlocks(draft),
    inbox: draft === undefined ? [] : inboxLines(draft.subject, preheader),
    subject: draft?.subject ?? '',
    preheader,
    ...(draft === undefined ? {} : { brevity: brevityOf(draft, publication) }),
    ...(rendering === undefined ? {} : { rendering }),
    ...(await aboutVersions(examined, rendering, versions)),
  };
}

function emailOf(early: EarlyEdition, { sampleHtml }: PreviewPorts): PreviewEmail {
  const { digest, baseUrl, images } = early;
  return { html: sampleHtml(early), blocks: previewBlocks(digest), baseUrl, images };
}

const weights = { error: 0, warning: 1, note: 2 } as const;

function byWeight(a: Problem, b: Problem): number {
  return weights[a.severity] - weights[b.severity] || (a.line ?? 0) - (b.line ?? 0);
}

/** With why the rule is one, where its level is a matter of taste. */
function withRationale(problem: Problem) {
  const rationale = Object.hasOwn(checkRules, problem.rule)
    ? checkRules[problem.rule as keyof typeof checkRules].rationale
    : undefined;
  return rationale === undefined ? problem : { ...problem, rationale };
}

function renderingOf(examined: ExaminedDigest, ports: PreviewPorts): PreviewRendering | undefined {
  const { publication, digest, rendered, images, baseUrl, found, problems } = examined;
  if (digest === undefined || rendered === undefined) return undefined;
  const common = { page: rendered.page.html, readingMinutes: rendered.readingMinutes, baseUrl, images };
  const message = ports.renderer.compile({ publication, date: digest.date, ...rendered });
  const contentHash = ports.renderer.hash(message, { publication, baseUrl });
  const composition = {
    found,
    publication,
    digest,
    rendered,
    message,
    contentHash,
    images,
    copied: [],
    baseUrl,
    problems,
  };
  const { html, text, heaviestBytes } = ports.sample(composition);
  return { ...common, html, text, heaviestBytes, contentHash };
}

/** What the database knows, and what has changed since. */
async function aboutVersions(
  { publication, draft, rendered }: ExaminedDigest,
  rendering: PreviewRendering | undefined,
  versions: KnownVersions | undefined,
) {
  const { approvals: needed } = publication;
  if (versions === undefined) return { approvals: { needed, given: [] }, baselines: [], changes: [] };
  const { approved, audience, proofs } = versions;
  const contentHash = rendering?.contentHash;
  const baselines = baselinesOf(versions);
  const [first] = baselines;
  const before = first === undefined || rendered === undefined ? undefined : await versions.textOf(first.id);
  const changes =
    before === undefined || rendered === undefined ? [] : changesOf(before, plainOf(rendered.text), draft);
  const given = contentHash === undefined ? [] : await versions.approvers(contentHash);
  return {
    audience,
    approvals: { needed, given },
    ...(proofs[0] === undefined ? {} : { proof: proofs[0] }),
    baselines,
    changes,
    ...(approved === undefined ? {} : { approval: approvalOf(approved, contentHash) }),
  };
}

function approvalOf(
  { edition, revision, accounting }: NonNullable<EditionVersions['approved']>,
  contentHash: string | undefined,
): PreviewApproval {
  return {
    state: edition.state,
    revision: revision.revision,
    approvedBy: revision.approvedBy,
    approvedAt: revision.approvedAt,
    isCurrent: revision.contentHash === contentHash,
    onHold: edition.onHold,
    accounting,
  };
}

/** What has changed since a baseline. Throws as `examineDigest` does. */
export async function compareEdition(
  reference: string,
  baseline: string,
  ports: PreviewPorts,
): Promise<readonly LocatedChange[]> {
  const { found, draft, rendered } = await examineDigest(reference, ports);
  const versions = await ports.versions(found.slug, found.date);
  const before = await versions?.textOf(baseline);
  if (before === undefined || rendered === undefined) return [];
  return changesOf(before, plainOf(rendered.text), draft);
}
