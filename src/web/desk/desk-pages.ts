import type { FastifyReply, FastifyRequest } from 'fastify';

import { everyPublication, isAllowed, isAllowedSomewhere } from '../../domain/accounts/role.ts';
import type { Permission } from '../../domain/accounts/role.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Assets } from '../pages/assets.ts';
import { loadTemplates } from '../pages/page.ts';
import type { Site } from '../pages/site.ts';
import { formTokenOf, needFormSecret, userOf } from './desk-session.ts';

/** One page of the desk. All texts are data: the templates escape them. */
export interface DeskPage {
  /** `overview` is `templates/desk/overview.hbs`. */
  readonly template: string;
  readonly title: string;
  readonly view: object;
  /** What is current in the navigation. */
  readonly current?:
    | 'today'
    | 'publications'
    | 'subscribers'
    | 'suppressions'
    | 'outcomes'
    | 'doctor'
    | 'audit';
  /** At the right of the navigation: the date and time. */
  readonly when?: string;
  /** The page has a form although no user is signed in: it gets a cookie that the form is bound to. */
  readonly hasForm?: boolean;
  /** The page refreshes itself. */
  readonly isLive?: boolean;
}

export interface DeskPages {
  /** @throws AppError TEMPLATE_INVALID for a template that names what it is not given */
  send(page: DeskPage, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/**
 * Compiles every template below `templates/desk`.
 *
 * @throws AppError TEMPLATE_INVALID
 */
export async function loadDeskPages(
  folder: string,
  { assets, site }: { readonly assets: Assets; readonly site: Site },
): Promise<DeskPages> {
  const templates = await loadTemplates(folder);
  const fill = (name: string, view: object) => {
    const template = templates.get(name);
    if (template === undefined) throw new AppError('TEMPLATE_INVALID', `There is no template ${name}.hbs.`);
    return template(view);
  };
  return {
    send(page, request, reply) {
      const user = userOf(request)?.user;
      const hasForm = user !== undefined || page.hasForm === true;
      const formToken = hasForm ? formTokenOf(needFormSecret(request, reply, site)) : '';
      const base = site.path('/desk');
      const frame = { formToken, base };
      const item = (name: DeskPage['current'], path: string, text: string) => ({
        href: `${base}${path}`,
        text,
        isCurrent: page.current === name,
      });
      const seesSubscribers = user !== undefined && isAllowedSomewhere(user.grants, 'subscribers');
      const mayAll = (permission: Permission) =>
        user !== undefined && isAllowed(user.grants, permission, everyPublication);
      const navigation = [
        item('today', '', 'Today'),
        item('publications', '/publications', 'Publications'),
        item('outcomes', '/outcomes', 'Outcomes'),
        ...(seesSubscribers ? [item('subscribers', '/subscribers', 'Subscribers')] : []),
        ...(mayAll('subscribers') ? [item('suppressions', '/suppressions', 'Suppressions')] : []),
        ...(mayAll('operate') ? [item('doctor', '/doctor', 'Doctor')] : []),
        ...(mayAll('audit') ? [item('audit', '/audit', 'Audit log')] : []),
      ];
      const content = fill('layout', {
        ...frame,
        title: page.title,
        when: page.when ?? '',
        live: page.isLive === true ? `${base}/live` : '',
        user: user === undefined ? '' : user.name === '' ? user.email : user.name,
        navigation: user === undefined ? [] : navigation,
        style: site.path(assets.path('desk.css')),
        script: site.path(assets.path('desk.js')),
        icon: site.path(assets.iconPath('#1a1d21')),
        body: fill(page.template, { ...page.view, ...frame }),
      });
      return reply.type('text/html; charset=utf-8').send(content);
    },
  };
}
