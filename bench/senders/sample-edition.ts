import type { Composition } from '../../src/app/editions/compose-edition.ts';
import { fillSlots } from '../../src/domain/message/fill-slots.ts';
import { openBench } from './open-bench.ts';

/** The sample edition with the same links for everybody, for senders that are not Daybrief. */
export async function sampleEdition(): Promise<{
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly composition: Composition;
}> {
  await using bench = await openBench({ port: 1, sessions: 1 });
  const composition = await bench.services.compose('sample/2026-11-23');
  const values = {
    name: 'Reader',
    address: 'reader@example.org',
    unsubscribeUrl: 'LINK',
    preferencesUrl: 'LINK',
    viewOnlineUrl: 'LINK',
  };
  const { subject, html, text } = composition.rendered;
  return { subject, html: fillSlots(html, values), text: fillSlots(text, values), composition };
}
