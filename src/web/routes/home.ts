import type { FastifyInstance } from 'fastify';

import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { sendSignupPage } from '../pages/signup-page.ts';
import type { Web } from '../web-context.ts';

/** `/`: the page of the one publication, or a list of several. */
export function homeRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'public', csrf: 'none', cache: 'no-store' } as const;
  app.get('/', { config: { rules } }, async (_request, reply) => {
    const publications = (await web.services.publications.all()).map((known) => known.publication);
    const [first] = publications;
    if (first !== undefined && publications.length === 1)
      return sendSignupPage(web, { reply, publication: first });
    reply.type(html);
    const language = first?.language ?? 'en';
    const { pages: phrases } = phrasesFor(language);
    return web.pages.html({
      template: 'home',
      title: phrases.newsletters,
      canonicalPath: '/',
      language,
      view: {
        publications: publications.map(
          ({ slug, name, description, language, direction, ...publication }) => ({
            name,
            description,
            language,
            direction,
            href: web.site.path(`/p/${slug}`, publication),
          }),
        ),
      },
    });
  });
}
