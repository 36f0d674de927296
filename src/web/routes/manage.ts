import type { FastifyInstance } from 'fastify';

import type { ManageView } from '../../app/signup/link-actions.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
import { notice } from '../pages/notice.ts';
import type { OfToken, Web } from '../web-context.ts';

/** `/manage/<token>`, from a mail of its own whose link lasts a day: download all that is kept, or erase it. */
export function manageRoutes(app: FastifyInstance, web: Web): void {
  const { linkActions } = web.services;
  const open = async (token: string): Promise<ManageView> => {
    const view = await linkActions.manage(token);
    if (view === undefined) throw deadLink();
    return view;
  };

  app.get<OfToken>(
    '/manage/:token',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const { publication, address } = await open(token);
      const { pages: phrases } = phrasesFor(publication.language);
      const path = web.site.path(`/manage/${token}`, publication);
      const view = { about: phrases.manageText(address), data: `${path}/data`, erase: `${path}/erase` };
      reply.type(html);
      return web.pages.html({ template: 'manage', title: phrases.yourData, publication, view });
    },
  );

  app.get<OfToken>(
    '/manage/:token/data',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const data = await linkActions.download(request.params.token);
      if (data === undefined) throw deadLink();
      reply.type('application/json; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="my-data.json"');
      return `${JSON.stringify(data, null, 2)}\n`;
    },
  );

  app.get<OfToken>(
    '/manage/:token/erase',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const { publication, address } = await open(token);
      const { pages: phrases } = phrasesFor(publication.language);
      const path = web.site.path(`/manage/${token}`, publication);
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
      const { publication } = await open(token);
      if (!(await linkActions.erase(token))) throw deadLink();
      const { pages: phrases } = phrasesFor(publication.language);
      const view = notice({ heading: phrases.erased, lines: [phrases.erasedText] });
      reply.type(html);
      return web.pages.html({ template: 'notice', title: phrases.erased, publication, view });
    },
  );
}
