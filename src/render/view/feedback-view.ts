import type { RenderRequest } from '../../app/ports/digests.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { FeedbackMark } from '../../phrases/phrases.ts';
import { clean } from './clean.ts';

export interface FeedbackView {
  readonly question: string;
  readonly answers: readonly { readonly label: string; readonly url: string }[];
}

const marks: readonly FeedbackMark[] = ['good', 'fair', 'poor'];

/**
 * One link for each answer. By default it begins a mail to the reply address, so that nothing is counted that a subscriber
 * does not send; with a URL it adds `edition` and `answer` to it, and nothing about the subscriber.
 */
export function feedbackView({
  publication,
  digest,
}: Pick<RenderRequest, 'publication' | 'digest'>): FeedbackView | null {
  const { feedback, language } = publication;
  if (feedback === 'none') return null;
  const { question, answers } = phrasesFor(language).edition.feedback;
  return {
    question,
    answers: marks.map((mark) => ({
      label: answers[mark],
      url:
        feedback === 'reply'
          ? mailUrl(publication, `${answers[mark]}: ${clean(publication.name)}, ${digest.date}`)
          : surveyUrl(feedback.url, { edition: digest.date, answer: mark }),
    })),
  };
}

/** RFC 6068 section 2. */
function mailUrl(
  { replyTo, from }: Pick<RenderRequest['publication'], 'replyTo' | 'from'>,
  subject: string,
): string {
  return `mailto:${encodeURIComponent(replyTo ?? from.address).replace('%40', '@')}?subject=${encodeURIComponent(subject)}`;
}

function surveyUrl(base: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(base);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
