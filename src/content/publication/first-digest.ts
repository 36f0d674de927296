import type { PublicationAnswers } from '../../app/ports/publications.ts';
import type { IsoDate } from '../../domain/units.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { StoryTexts } from '../../phrases/phrases.ts';

/** Returns the digest of a new publication's first day, in its language and without anything to warn of. */
export function writeFirstDigest(date: IsoDate, { name, language }: PublicationAnswers): string {
  const { publication, edition } = phrasesFor(language);
  const { subject, preheader, lead, brief } = publication.firstDigest;
  const [whyItMatters = ''] = edition.whyItMatters;
  const story = ({ headline, lede, why }: StoryTexts) =>
    `## ${headline}\n\n${lede}\n\n**${whyItMatters}:** ${why}\n`;
  return `---
date: ${date}
subject: ${subject}
preheader: ${preheader}
---
${escapeMarkdown(publication.firstDigest.greeting(name))}

${story(lead)}
${story(brief)}`;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]{}<>#|~&:]/gu, String.raw`\$&`);
}
