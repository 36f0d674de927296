import type { FastifyInstance } from 'fastify';

import type { ManageView } from '../../app/signup/link-actions.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
import { notice } from '../pages/notice.ts';
import type { OfToken, Web } from '../web-context.ts';

/** `/manage/<token>`, the link of a transactional mail, valid for a day: download or delete the stored data. */
export function manageRoutes(app: FastifyInstance, web: Web): void {
  showRoutes(app, web);
  eraseRoutes(app, web);
}

async function open(token: string, web: Web): Promise<ManageView> {
  const view = await web.services.linkActions.manage(token);
  if (view === undefined) throw deadLink();
  return view;
}

function showRoutes(app: FastifyInstance, web: Web): void {
  app.get<OfToken>(
    '/manage/:token',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const { publication, address } = await open(token, web);
      const { pages: phrases } = phrasesFor(publication.language);
      const path = web.site.path(`/manage/${encodeURIComponent(token)}`, publication);
      const view = { about: phrases.manageText(address), data: `${path}/data`, erase: `${path}/erase` };
      reply.type(html);
      return web.pages.html({ template: 'manage', title: phrases.yourData, publication, view });
    },
  );

  app.get<OfToken>(
    '/manage/:token/data',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const data = await web.services.linkActions.download(request.params.token);
      if (data === undefined) throw deadLink();
      reply.type('application/json; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="my-data.json"');
      return `${JSON.stringify(data, null, 2)}\n`;
    },
  );
}

function eraseRoutes(app: FastifyInstance, web: Web): void {
  app.get<OfToken>(
    '/manage/:token/erase',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const { publication, address } = await open(token, web);
      const { pages: phrases } = phrasesFor(publication.language);
      const path = web.site.path(`/manage/${encodeURIComponent(token)}`, publication);
      const view = notice({
        heading: phrases.eraseTitle,
        lines: [phrases.eraseSure(address)],
        form: { action: `${path}/erase`, button: phrases.eraseConfirm },
        link: { href: path, text: phrases.goBack },
      });
      reply.type(html);
      return web.pages.html({ template: 'notice', title: phrases.eraseTitle, publication, view });
    },
  );

  app.post<OfToken>(
    '/manage/:token/erase',
    { config: { rules: { access: 'token', csrf: 'own-origin', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const { publication } = await open(token, web);
      if (!(await web.services.linkActions.erase(token))) throw deadLink();
      const { pages: phrases } = phrasesFor(publication.language);
      const view = notice({ heading: phrases.erased, lines: [phrases.erasedText] });
      reply.type(html);
      return web.pages.html({ template: 'notice', title: phrases.erased, publication, view });
    },
  );
}
