import type {
  OnHtml,
  RenderedEdition,
  Renderer as EditionRenderer,
  RenderRequest,
} from '../app/ports/digests.ts';
import { checkRendered } from './checks/check-rendered.ts';
import { countLine } from './count-line.ts';
import { editionPage } from './edition-page.ts';
import { importMjml } from './import-mjml.ts';
import type { MjmlToHtml } from './import-mjml.ts';
import { renderMail } from './mail/render-mail.ts';
import type { MailInput, RenderedMail } from './mail/render-mail.ts';
import { createMarks, toSlottedText } from './slot-marks.ts';
import { explainMjml } from './template/explain-mjml.ts';
import { loadMailTemplates, templateFinder } from './template/load-templates.ts';
import type { Template } from './template/load-templates.ts';
import { tidyHtml, tidyText } from './tidy.ts';
import { typesetDigest } from './typography/typeset-digest.ts';
import { editionView } from './view/edition-view.ts';

/** The port's `render`, and the same for transactional mails. */
export interface Renderer extends Pick<EditionRenderer, 'render'> {
  /** The same input gives the same bytes. Throws AppError TEMPLATE_INVALID. */
  renderMail(input: MailInput): Promise<RenderedMail>;
}

/**
 * Gets MJML ready. Each template is read when an edition first needs it.
 *
 * @throws AppError CONFIG_MJML_PRESENT where MJML would run foreign code; TEMPLATE_INVALID
 */
export async function createRenderer({ templatesDir }: { templatesDir: string }): Promise<Renderer> {
  const mjmlToHtml = await importMjml();
  const findTemplate = templateFinder(templatesDir);
  let mailTemplates: ReturnType<typeof loadMailTemplates> | undefined;
  return {
    async render(input, onHtml) {
      const template = await findTemplate(input.publication.template);
      return await renderEdition(input, { template, mjmlToHtml, onHtml });
    },
    async renderMail(input) {
      mailTemplates ??= loadMailTemplates(templatesDir);
      const template = (await mailTemplates)[input.kind];
      return await renderMail(input, { template, mjmlToHtml });
    },
  };
}

/** Renders one edition with a template. */
export async function renderEdition(
  request: RenderRequest,
  {
    template,
    mjmlToHtml,
    onHtml,
  }: {
    readonly template: Template;
    readonly mjmlToHtml: MjmlToHtml;
    readonly onHtml?: OnHtml | undefined;
  },
): Promise<RenderedEdition> {
  const { digest, publication } = request;
  const input = publication.typography
    ? { ...request, digest: typesetDigest(digest, publication.language) }
    : request;
  const slots = createMarks(JSON.stringify(input));
  const { words, readingMinutes, line } = countLine(digest);
  const { view, problems, imageUrls } = editionView(input, {
    slots,
    count: line,
    times: 'relative',
    template: template.options,
  });
  const markup = await mjmlToHtml(template.mjml(view)).catch((error: unknown) => {
    throw explainMjml(error, template, template.traceMjml(view));
  });
  const html = toSlottedText(tidyHtml(markup), slots, 'html');
  await onHtml?.(html);
  const text = toSlottedText(tidyText(template.text(view)), slots, 'text');
  const checked = checkRendered({ html, text, preheader: view.preheader, imageUrls, baseUrl: input.baseUrl });
  return {
    subject: view.title,
    preheader: view.preheader,
    html,
    text,
    page: editionPage(input, { template, slots, count: line }),
    words,
    readingMinutes,
    problems: [...problems, ...checked],
  };
}
