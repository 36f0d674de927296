import type { FastifyInstance } from 'fastify';

import type { PreviewRendering } from '../../../app/editions/preview-edition.ts';
import { isAllowed } from '../../../domain/accounts/role.ts';
import { stepPermissions } from '../../../domain/desk/edition-steps.ts';
import { fillSlots } from '../../../domain/message/fill-slots.ts';
import { html } from '../../http/answer-error.ts';
import { notFound } from '../../http/page-error.ts';
import { contentSecurityPolicy } from '../../http/security-headers.ts';
import { frameHeaders, sampleValues } from '../../pages/email-frame.ts';
import type { Web } from '../../web-context.ts';
import { needUser } from '../desk-session.ts';
import { findEdition, stepContext } from '../edition-of.ts';
import type { OfEdition } from '../edition-of.ts';
import { draftView } from '../views/draft-view.ts';

const drafting = {
  access: 'desk',
  desk: { permission: 'drafts', in: 'this' },
  csrf: 'none',
  cache: 'no-store',
} as const;

/** An edition as it would be approved now, with its problems; and the email, within a frame. */
export function draftRoutes(app: FastifyInstance, web: Web): void {
  const { desk } = web.services;
  app.get<OfEdition>('/desk/p/:slug/:date/draft', { config: { rules: drafting } }, async (request, reply) => {
    const found = await findEdition(web, request);
    const preview = await desk.draft(found.reference);
    const { grants } = needUser(request).user;
    const { slug } = found.publication;
    const view = draftView(preview, {
      found,
      mayApprove: isAllowed(grants, stepPermissions.approve, slug),
      mayWrite: isAllowed(grants, 'write', slug),
      steps: await stepContext(web, found),
    });
    reply.header('content-security-policy', `${contentSecurityPolicy()}; frame-src 'self'`);
    return web.deskPages.send(
      { template: 'draft', title: `Draft of ${found.reference}`, current: 'publications', view },
      request,
      reply,
    );
  });
  app.get<OfEdition>(
    '/desk/p/:slug/:date/draft-email',
    { config: { rules: drafting } },
    async (request, reply) => {
      const { rendering } = await desk.draft((await findEdition(web, request)).reference);
      if (rendering === undefined) throw notFound();
      return reply.headers(frameHeaders).type(html).send(withImages(rendering));
    },
  );
  app.get<OfEdition>('/desk/p/:slug/:date/email', { config: { rules: drafting } }, async (request, reply) => {
    const { status } = await findEdition(web, request);
    const email = status === undefined ? undefined : await desk.email(status.edition);
    if (email === undefined) throw notFound();
    return reply.headers(frameHeaders).type(html).send(fillSlots(email, sampleValues));
  });
}

/** Images are published by the approval, so before it the email brings its own: the frame sends no cookie. */
function withImages({ html: email, images }: PreviewRendering): string {
  let shown = email;
  for (const { url, contentType, bytes } of images)
    shown = shown.replaceAll(url, `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`);
  return shown;
}
