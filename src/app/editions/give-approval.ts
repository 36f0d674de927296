import type { Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Approvals, Proofs } from '../ports/proofs.ts';

export interface GivenApproval {
  readonly publication: Publication;
  readonly publicationId: number;
  readonly date: string;
  readonly contentHash: string;
  /** As the digest names its editor. */
  readonly editor: string | undefined;
}

export interface ApprovalPorts {
  readonly approvals: Approvals;
  readonly proofs: Pick<Proofs, 'latest'>;
  /** Who wrote a digest at the desk or through the API; of a token also its owner. */
  readonly digestAuthors: (publicationId: number, reference: string) => Promise<readonly string[]>;
}

/** People who have approved, where that is not enough yet. */
export interface WaitingApproval {
  readonly given: readonly string[];
  readonly needed: number;
}

/** Who approves. */
export interface Approver {
  readonly approver: string;
  /** The person for whom a program approves: both count as this one person. */
  readonly owner?: string | undefined;
  readonly at: number;
}

/**
 * Counts one approver's approval of a content. Returns undefined once enough approvers have approved it.
 *
 * @throws AppError APPROVAL_BY_AUTHOR if authors may not approve, and this approver is one
 */
export async function giveApproval(
  given: GivenApproval,
  { approver, owner = approver, at }: Approver,
  ports: ApprovalPorts,
): Promise<WaitingApproval | undefined> {
  const { publication, publicationId, date, contentHash } = given;
  if (!publication.authorMayApprove) await refuseAuthor(given, [approver, owner], ports);
  if (publication.approvals <= 1) return undefined;
  const approval = { publicationId, date, contentHash };
  const approvers = await ports.approvals.give(approval, { approver: owner, at });
  return approvers.length >= publication.approvals
    ? undefined
    : { given: approvers, needed: publication.approvals };
}

async function refuseAuthor(
  { publication, publicationId, date, editor }: GivenApproval,
  approvers: readonly string[],
  { proofs, digestAuthors }: ApprovalPorts,
): Promise<void> {
  const proof = await proofs.latest(publicationId, date);
  const wrote = await digestAuthors(publicationId, `${publication.slug}/${date}`);
  const authors = new Set([editor, proof?.madeBy, ...wrote].map((name) => name?.toLowerCase()));
  const approver = approvers.find((name) => authors.has(name.toLowerCase()));
  if (approver === undefined) return;
  throw new AppError(
    'APPROVAL_BY_AUTHOR',
    `${approver} wrote this edition, and its author may not approve it.`,
    {
      hint: 'Another person has to approve it; DAYBRIEF_ACTOR names who acts.',
    },
  );
}
