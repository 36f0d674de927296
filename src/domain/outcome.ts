/** The three results of a signup or a delivery, in a subscriber's words. */
export const outcomes = ['valid-email', 'subscription-failed', 'thank-you'] as const;

export type Outcome = (typeof outcomes)[number];

/** What a subscriber reads for each outcome, unless the publication says it otherwise. */
export const outcomeTexts: Readonly<Record<Outcome, string>> = {
  'valid-email': 'Please enter a valid email.',
  'subscription-failed': 'Subscription failed',
  'thank-you': 'Thank you for subscribing!',
};
