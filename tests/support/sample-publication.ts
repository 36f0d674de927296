import type { Publication } from '../../src/domain/editions/publication.ts';
import { outcomeTexts } from '../../src/domain/outcome.ts';

/** A publication with everything set, for tests of rooms that get one ready-made. */
export const samplePublication: Publication = {
  slug: 'sample',
  name: 'Daybrief Morning',
  description: 'The day in four minutes, at six on every weekday.',
  from: { name: 'Daybrief Morning', address: 'morning@news.example.org' },
  listId: 'morning.news.example.org',
  bounceDomain: 'news.example.org',
  language: 'en',
  direction: 'ltr',
  postalAddress: 'Daybrief, 12 Mill Lane\nTulsa, OK 74103, USA',
  timeZone: 'America/Chicago',
  sendAt: '06:00',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  deadline: '09:00',
  atSendTime: 'send',
  localTime: false,
  holidays: [],
  template: 'morning',
  brand: { color: '#0b6e4f' },
  targetWords: 1200,
  approval: true,
  uncertain: 'resend',
  expiryHours: 12,
  testAddresses: [],
  reason: 'You get this because you signed up for Daybrief Morning.',
  outcomeTexts,
  allowedOrigins: [],
  doubleOptIn: true,
  archive: true,
};
