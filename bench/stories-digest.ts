export const benchStories = 25;

/** A digest of so many stories for 2026-12-01. */
export function storiesDigest(): string {
  const body = `The council met for the third time this week and left with a plan that fits on one page.

**Why it matters:** Nobody expected the plan to be ready before the spring.

- The vote was nine to two, with one seat empty.
- Work begins on [the first stretch](https://example.org/first-stretch) in April.

**What's next:** A hearing on the second stretch follows in June.
`;
  const sections = Array.from(
    { length: benchStories },
    (_, index) => `## Story number ${index + 1} has a headline
{section="City" published="2026-12-01T04:00Z"}

${body}`,
  );
  return `---
date: 2026-12-01
subject: Twenty-five stories before breakfast
preheader: All of them short
editor: Jo Park
---
Good morning.

${sections.join('\n')}`;
}
