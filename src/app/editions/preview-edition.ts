import { brevityOf } from '../../domain/editions/brevity-score.ts';
import type { Brevity } from '../../domain/editions/brevity-score.ts';
import { blockWords, wordsIn } from '../../domain/editions/brevity.ts';
import { blockLines, sectionParts } from '../../domain/editions/digest-parts.ts';
import type { TextLine } from '../../domain/editions/digest-parts.ts';
import type { Digest, Section } from '../../domain/editions/digest.ts';
import type { Edition, Revision } from '../../domain/editions/edition.ts';
import { inboxLines } from '../../domain/editions/inbox-lines.ts';
import type { InboxLine } from '../../domain/editions/inbox-lines.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import type { LoadedImage, SampleMessage } from '../ports/digests.ts';
import type { Composition } from './compose-edition.ts';
import { examineDigest } from './examine-digest.ts';
import type { ComposePorts, ExaminedDigest } from './examine-digest.ts';
import { changedParagraphs, plainOf } from './text-changes.ts';
import type { TextChange } from './text-changes.ts';

/** What is known about an edition beyond its file; undefined where there is no database, or it does not answer. */
export interface PreviewEdition {
  readonly edition: Edition;
  readonly revision: Revision;
  readonly audience: number;
}

export interface PreviewPorts extends ComposePorts {
  readonly sample: (composition: Composition) => SampleMessage;
  readonly edition: (slug: string, date: string) => Promise<PreviewEdition | undefined>;
}

/** A section with what it costs. */
export interface PreviewBlock {
  readonly name: string;
  /** The first words that it shows. */
  readonly begins: string;
  readonly words: number;
  /** Undefined if none is expected of it. */
  readonly targetWords?: number;
  readonly line: number;
}

/** A digest as it would reach subscribers, with everything a curator wants to know of it. */
export interface Preview {
  readonly publication: string;
  readonly slug: string;
  readonly date: string;
  readonly from: string;
  readonly timeZone: string;
  readonly sendAt: string;
  readonly file: string;
  /** Stops first, then warnings, then notes; each by line. */
  readonly problems: readonly Problem[];
  readonly brevity?: Brevity;
  readonly blocks: readonly PreviewBlock[];
  readonly inbox: readonly InboxLine[];
  readonly subject: string;
  readonly preheader: string;
  /** There if the file could be read and rendered. */
  readonly rendering?: PreviewRendering;
  readonly approval?: PreviewApproval;
}

export interface PreviewRendering {
  /** Lower-case hex. */
  readonly contentHash?: string;
  readonly html: string;
  readonly text: string;
  readonly page: string;
  /** Octets of the whole message; undefined while something stops the edition. */
  readonly heaviestBytes?: number;
  readonly readingMinutes: number;
  /** Where the message expects the images. */
  readonly baseUrl: string;
  readonly images: readonly (LoadedImage & { readonly url: string })[];
}

export interface PreviewApproval {
  readonly state: Edition['state'];
  readonly revision: number;
  readonly approvedBy: string;
  /** Milliseconds since 1970. */
  readonly approvedAt: number;
  readonly isCurrent: boolean;
  readonly audience: number;
  /** Since the approval. */
  readonly changes: readonly TextChange[];
}

/** Reads, checks and renders a digest for the preview. Throws as `examineDigest` does. */
export async function previewEdition(reference: string, ports: PreviewPorts): Promise<Preview> {
  const examined = await examineDigest(reference, ports, { prose: true });
  const { found, publication, draft } = examined;
  const rendering = renderingOf(examined, ports);
  const approval = await approvalOf(examined, rendering, ports);
  const preheader = examined.rendered?.preheader ?? draft?.preheader ?? '';
  return {
    publication: publication.name,
    slug: found.slug,
    date: found.date,
    from: publication.from.name,
    timeZone: publication.timeZone,
    sendAt: publication.sendAt,
    file: found.displayPath,
    problems: examined.problems.toSorted(byWeight),
    blocks: draft === undefined ? [] : blocksOf(draft),
    inbox: draft === undefined ? [] : inboxLines(draft.subject, preheader),
    subject: draft?.subject ?? '',
    preheader,
    ...(draft === undefined ? {} : { brevity: brevityOf(draft, publication) }),
    ...(rendering === undefined ? {} : { rendering }),
    ...(approval === undefined ? {} : { approval }),
  };
}

const weights = { error: 0, warning: 1, note: 2 } as const;

function byWeight(a: Problem, b: Problem): number {
  return weights[a.severity] - weights[b.severity] || (a.line ?? 0) - (b.line ?? 0);
}

function renderingOf(examined: ExaminedDigest, ports: PreviewPorts): PreviewRendering | undefined {
  const { publication, digest, rendered, images, baseUrl, found, problems } = examined;
  if (digest === undefined || rendered === undefined) return undefined;
  const common = { page: rendered.page.html, readingMinutes: rendered.readingMinutes, baseUrl, images };
  const message = ports.renderer.compile({ publication, date: digest.date, ...rendered });
  const contentHash = ports.renderer.hash(message, { publication, baseUrl });
  const composition = {
    found,
    publication,
    digest,
    rendered,
    message,
    contentHash,
    images,
    copied: [],
    baseUrl,
    problems,
  };
  const { html, text, heaviestBytes } = ports.sample(composition);
  return { ...common, html, text, heaviestBytes, contentHash };
}

async function approvalOf(
  { found, rendered }: ExaminedDigest,
  rendering: PreviewRendering | undefined,
  ports: PreviewPorts,
): Promise<PreviewApproval | undefined> {
  const known = await ports.edition(found.slug, found.date);
  if (known === undefined) return undefined;
  const { edition, revision, audience } = known;
  const isCurrent = revision.contentHash === rendering?.contentHash;
  return {
    state: edition.state,
    revision: revision.revision,
    approvedBy: revision.approvedBy,
    approvedAt: revision.approvedAt,
    isCurrent,
    audience,
    changes:
      isCurrent || rendered === undefined
        ? []
        : changedParagraphs(plainOf(JSON.parse(revision.text) as SlottedText), plainOf(rendered.text)),
  };
}

const leadWords = 250;
const briefWords = 150;

function blocksOf(digest: Digest): readonly PreviewBlock[] {
  const greeting = digest.greeting.reduce((sum, block) => sum + blockWords(block), 0);
  const first = digest.greeting[0]?.at.line;
  return [
    ...(first === undefined
      ? []
      : [
          {
            name: 'Greeting',
            begins: beginning(digest.greeting.flatMap(blockLines)),
            words: greeting,
            line: first,
          },
        ]),
    ...digest.sections.map((section) => ({
      name: nameOf(section),
      begins: beginning(linesOf(section)),
      words: linesOf(section).reduce(
        (sum, { label = '', content }) => sum + wordsIn(`${label} ${inlineText(content)}`),
        0,
      ),
      ...(section.kind === 'lead' ? { targetWords: leadWords } : {}),
      ...(section.kind === 'brief' ? { targetWords: briefWords } : {}),
      line: section.at.line,
    })),
  ];
}

function linesOf(section: Section): readonly TextLine[] {
  const { blocks, lines } = sectionParts(section);
  return [...blocks.flatMap(blockLines), ...lines].filter(({ isCredit = false }) => !isCredit);
}

/** Three words of the first line that has any. */
function beginning(lines: readonly TextLine[]): string {
  const texts = lines.map(({ label = '', content }) => (label === '' ? inlineText(content) : label).trim());
  return (texts.find((text) => text !== '') ?? '').split(/\s+/u).slice(0, 3).join(' ');
}

function nameOf(section: Section): string {
  switch (section.kind) {
    case 'lead':
    case 'brief':
      return section.headline;
    case 'dashboard':
      return section.title;
    case 'sponsor':
      return `${section.name}, sponsor`;
    case 'note':
      return section.title ?? 'Note';
    case 'button':
      return section.label;
    case 'contents':
      return 'Contents';
    case 'closing':
      return 'Sign-off';
    case 'continuation':
      return 'More of the story';
  }
}
