import type { FastifyRequest } from 'fastify';

import type { ActedBy } from '../../domain/audit.ts';
import { needUser } from './desk-session.ts';

/** Who acts with a request of the desk, for histories and the audit log. */
export function actedBy(request: FastifyRequest): ActedBy {
  return { actor: needUser(request).user.email, origin: 'desk' };
}
