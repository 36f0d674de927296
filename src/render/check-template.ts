import type { RenderRequest, TemplateFindings } from '../app/ports/digests.ts';
import type { Problem } from '../domain/editions/problem.ts';
import { fillSlots, longestValues } from '../domain/message/fill-slots.ts';
import { checkClientSupport } from './checks/client-support.ts';
import { checkCompleteness, checkSlots } from './checks/completeness-checks.ts';
import { byTag, readMail, textOf } from './checks/mail-document.ts';
import { checkPage } from './checks/page-checks.ts';
import { countLine } from './count-line.ts';
import { importMjml } from './import-mjml.ts';
import { renderEdition } from './renderer.ts';
import { createMarks } from './slot-marks.ts';
import { findPlace } from './template/find-place.ts';
import { loadTemplate } from './template/load-templates.ts';
import { editionView } from './view/edition-view.ts';
import { textWidth } from './wrap-text.ts';

/** Renders digests with one template and reports what is wrong with the results. */
export interface TemplateChecker {
  /** @throws AppError TEMPLATE_INVALID */
  readonly check: (input: RenderRequest) => Promise<TemplateFindings>;
}

/**
 * Reads the template in a folder, wherever that is; `templatesDir` is where other templates are.
 *
 * @throws AppError TEMPLATE_INVALID for a folder that is no template; CONFIG_MJML_PRESENT
 */
export async function createTemplateChecker({
  folder,
  templatesDir,
}: {
  readonly folder: string;
  readonly templatesDir: string;
}): Promise<TemplateChecker> {
  const [template, mjmlToHtml] = await Promise.all([loadTemplate(folder, templatesDir), importMjml()]);
  return {
    async check(input) {
      const { digest, publication } = input;
      const rendered = await renderEdition(input, { template, mjmlToHtml });
      const values = longestValues(input.baseUrl);
      const html = fillSlots(rendered.html, values);
      const text = fillSlots(rendered.text, values);
      const document = readMail(html);
      const body = byTag(document, 'body').map(textOf).join(' ');
      const page = readMail(rendered.page.html);
      const online = publication.archive;
      const complete = (file: string, words: string, isMail: boolean) =>
        checkCompleteness(digest, publication, { file, words, isMail });
      const slots = createMarks(JSON.stringify(input));
      const { view } = editionView(input, {
        slots,
        count: countLine(digest).line,
        times: 'relative',
        template: template.options,
      });
      const trace = template.traceMjml(view);
      const problems: Problem[] = [
        ...rendered.problems.map(ofText),
        ...checkClientSupport(document),
        ...checkSlots(rendered.html, { file: 'edition.mjml.hbs', online }),
        ...checkSlots(rendered.text, { file: 'edition.txt.hbs', online }),
        ...complete('edition.mjml.hbs', body, true),
        ...complete('edition.txt.hbs', text, true),
        ...complete('page.html.hbs', textOf(page.root), false),
        ...complete('page.txt.hbs', rendered.page.text, false),
        ...checkLineLength(text, 'edition.txt.hbs'),
        ...checkLineLength(rendered.page.text, 'page.txt.hbs'),
        ...checkPage(page).map(ofPage),
      ].map((problem) => findPlace(problem, template, trace));
      return { htmlBytes: Buffer.byteLength(html), problems };
    },
  };
}

function ofPage(problem: Problem): Problem {
  return { ...problem, file: 'page.html.hbs' };
}

/** A link that only the plain text lacks is missing there. */
function ofText(problem: Problem): Problem {
  return problem.rule === 'link-not-in-text' ? { ...problem, file: 'edition.txt.hbs' } : problem;
}

/** Lines that no client wraps; an address is never broken. */
function checkLineLength(text: string, file: string): Problem[] {
  const long = text.split(/\r?\n/u).find((line) => [...line].length > textWidth && !/\S{60}/u.test(line));
  if (long === undefined) return [];
  const message = `The line ${JSON.stringify(`${[...long].slice(0, 40).join('')}…`)} has more than ${textWidth} characters.`;
  return [{ rule: 'text-width', severity: 'warning', message, hint: 'Put its text into {{#wrap}}.', file }];
}
