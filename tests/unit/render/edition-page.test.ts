import { describe, expect, test } from 'vitest';

import type { Block } from '../../../src/domain/editions/digest.ts';
import { createMarks } from '../../../src/render/slot-marks.ts';
import { renderSample, sampleInput, someWhere, storyOf } from '../../support/content/render-sample.ts';

function image(src: string): Block {
  return { kind: 'image', src, alt: `Seen at ${src}`, at: someWhere };
}

describe('the page of an edition', () => {
  test('says what its mail says, in the same words', async () => {
    const { edition, html } = await renderSample();

    expect(edition.page).toMatchObject({
      version: 1,
      subject: edition.subject,
      preheader: edition.preheader,
      byline: expect.stringContaining(sampleInput.digest.editor ?? 'nobody') as string,
    });
    expect(html).toContain(edition.page.count);
  });

  test('has no style, no script and no mark of a slot in it', async () => {
    const { edition } = await renderSample();

    expect(edition.page.html).not.toMatch(/style|<script|\son\w+=/u);
    for (const mark of Object.values(createMarks(JSON.stringify(sampleInput))))
      expect(JSON.stringify(edition.page)).not.toContain(mark);
  });

  test('says when something happened by the clock of the publication, not "2 hours ago"', async () => {
    const story = storyOf([], { published: '2026-11-23T11:10:00Z', section: 'Energy' });
    const { edition, text } = await renderSample({
      digest: { sections: [story] },
      publication: { timeZone: 'America/Chicago' },
      sendAt: new Date('2026-11-23T13:10:00Z'),
    });

    expect(text).toContain('Energy · 2 hours ago');
    expect(edition.page.html.replaceAll('\u202f', ' ')).toContain(
      '<p class="line"><strong>Energy</strong> &middot; Nov 23, 5:10 AM CST</p>',
    );
  });

  test('is plain text too, in lines of at most 72 characters', async () => {
    const { edition } = await renderSample();

    const lines = edition.page.text.split('\n');
    expect(edition.page.text).not.toContain('\r');
    // An address is never broken.
    expect(lines.filter((line) => line.length > 72 && !line.includes('<http'))).toEqual([]);
  });

  test('shows its first picture in previews, in its own size, and never that of a sponsor', async () => {
    const sponsor = {
      kind: 'sponsor',
      name: 'Acme',
      blocks: [image('https://ads.example/a.png')],
    } as const;
    const { edition } = await renderSample({
      digest: {
        greeting: [],
        sections: [
          { ...sponsor, at: someWhere },
          storyOf([], { blocks: [image('images/lines.jpg'), image('https://pictures.example/b.png')] }),
        ],
      },
    });

    expect(edition.page.image).toEqual({
      url: 'https://news.example.org/images/lines.jpg',
      alt: 'Seen at images/lines.jpg',
      width: 1120,
      height: 630,
    });
    expect(edition.page.html).toContain('width="560" height="315"');
  });

  test('names the origins of pictures that are not ours, each once', async () => {
    const { edition } = await renderSample({
      digest: {
        sections: [
          storyOf([], {
            blocks: [
              image('https://pictures.example/b.png'),
              image('https://pictures.example/c.png?size=2'),
              image('https://a.example:8443/d.png'),
              image('images/lines.jpg'),
            ],
          }),
        ],
      },
    });

    expect(edition.page.imageOrigins).toEqual(['https://a.example:8443', 'https://pictures.example']);
  });

  test('has no preview picture where there is none to show', async () => {
    const { edition } = await renderSample({ digest: { greeting: [], sections: [storyOf([])] } });

    expect(edition.page).not.toHaveProperty('image');
    expect(edition.page.imageOrigins).toEqual([]);
  });
});
