import type { Slug } from '../units.ts';

/**
 * What a user may be to a publication.
 *
 * - `viewer`: sees counts, pages and drafts, and no address of a subscriber
 * - `author`: the same, and writes drafts
 * - `approver`: the same as an author; approves, corrects and withdraws
 * - `operator`: the same as an author; steers the sending, and sees and changes subscribers
 * - `admin`: all of it
 */
export const roles = ['viewer', 'author', 'approver', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a route of the desk or an action asks for. */
export type Permission = 'see' | 'drafts' | 'write' | 'approve' | 'operate' | 'subscribers' | 'audit';

const permissions: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['see', 'drafts'],
  author: ['see', 'drafts', 'write'],
  approver: ['see', 'drafts', 'write', 'approve'],
  operator: ['see', 'drafts', 'write', 'operate', 'subscribers'],
  admin: ['see', 'drafts', 'write', 'approve', 'operate', 'subscribers', 'audit'],
};

/** In place of a slug: every publication, those of the future included. */
export const everyPublication = '*';

/** One role in one publication, or in all of them. */
export interface Grant {
  readonly publication: Slug;
  readonly role: Role;
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** Returns true if the grants allow it in this publication; `everyPublication` asks for all of them. */
export function isAllowed(grants: readonly Grant[], permission: Permission, publication: Slug): boolean {
  return grants.some(
    (grant) =>
      (grant.publication === everyPublication || grant.publication === publication) &&
      permissions[grant.role].includes(permission),
  );
}

/** Returns true if the grants allow it in at least one publication. */
export function isAllowedSomewhere(grants: readonly Grant[], permission: Permission): boolean {
  return grants.some(({ role }) => permissions[role].includes(permission));
}
