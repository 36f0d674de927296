import { bandColor, darkPalette, lightPalette } from '../../domain/brand/palette.ts';
import type { Palette } from '../../domain/brand/palette.ts';
import type { EditionPage } from '../../domain/editions/edition-page.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import type { MailKind } from '../../domain/signup/transactional-mail.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { EditionPhrases, MailTexts } from '../../phrases/phrases.ts';
import type { MjmlToHtml } from '../import-mjml.ts';
import { createMarks, toSlottedText } from '../slot-marks.ts';
import type { SlotMarks } from '../slot-marks.ts';
import { tidyHtml, tidyText } from '../tidy.ts';
import { clean } from '../view/clean.ts';
import { preheaderPadding } from '../view/preheader.ts';

export interface MailInput {
  readonly kind: MailKind;
  readonly publication: Publication;
  /** The edition that a welcome mail brings. */
  readonly latest?: EditionPage | undefined;
}

/** A transactional mail: both bodies with their slots, CRLF line ends. */
export interface RenderedMail {
  readonly subject: string;
  readonly html: SlottedText;
  readonly text: SlottedText;
}

/** One mail template, ready to be filled. */
export interface MailTemplate {
  /** MJML with every value HTML-escaped. */
  mjml(view: MailView): string;
  text(view: MailView): string;
}

/** Everything the mail templates show. Each key is always there: the templates are strict. */
export interface MailView {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly start: 'left' | 'right';
  readonly end: 'left' | 'right';
  readonly band: string;
  readonly light: Palette;
  readonly dark: Palette;
  readonly name: string;
  readonly preheaderPadding: string;
  readonly texts: MailTexts;
  readonly phrases: EditionPhrases;
  readonly postalAddress: readonly string[];
  readonly reason: string;
  readonly slots: SlotMarks;
  /** Its `html` is escaped already. */
  readonly latest:
    | { readonly heading: string; readonly subject: string; readonly html: string; readonly text: string }
    | undefined;
}

/** The same input gives the same bytes. */
export async function renderMail(
  input: MailInput,
  { template, mjmlToHtml }: { readonly template: MailTemplate; readonly mjmlToHtml: MjmlToHtml },
): Promise<RenderedMail> {
  const slots = createMarks(JSON.stringify(input));
  const view = mailView(input, slots);
  return {
    subject: view.texts.subject,
    html: toSlottedText(tidyHtml(await mjmlToHtml(template.mjml(view))), slots, 'html'),
    text: toSlottedText(tidyText(template.text(view)), slots, 'text'),
  };
}

function mailView({ kind, publication, latest }: MailInput, slots: SlotMarks): MailView {
  const { language, direction, brand } = publication;
  const isRtl = direction === 'rtl';
  const name = clean(publication.name);
  const { edition, mails } = phrasesFor(language);
  const texts = mails[kind]({ name, description: clean(publication.description) });
  return {
    language: clean(language),
    direction,
    start: isRtl ? 'right' : 'left',
    end: isRtl ? 'left' : 'right',
    band: bandColor(brand.color),
    light: lightPalette(brand.color),
    dark: darkPalette(brand.color),
    name,
    preheaderPadding: preheaderPadding(texts.preheader),
    texts,
    phrases: edition,
    postalAddress: publication.postalAddress
      .split('\n')
      .map(clean)
      .filter((line) => line.trim() !== ''),
    reason: clean(publication.reason),
    slots,
    latest: latest && {
      heading: mails.latest,
      subject: latest.subject,
      html: latest.html,
      text: latest.text,
    },
  };
}
