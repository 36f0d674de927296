import type { Outcome } from '../domain/outcome.ts';
import { outcomeTexts } from '../domain/outcome.ts';

/** What a reader of that language reads for each outcome, in English where we do not speak it. */
export function defaultOutcomeTexts(language: string): Readonly<Record<Outcome, string>> {
  const [primary = 'en'] = language.toLowerCase().split('-');
  return translations.get(primary) ?? outcomeTexts;
}

const translations: ReadonlyMap<string, Readonly<Record<Outcome, string>>> = new Map([
  [
    'de',
    {
      'valid-email': 'Bitte eine gültige E-Mail-Adresse eingeben.',
      'subscription-failed': 'Anmeldung fehlgeschlagen',
      'thank-you': 'Danke für die Anmeldung!',
    },
  ],
  [
    'fr',
    {
      'valid-email': 'Veuillez saisir une adresse e-mail valide.',
      'subscription-failed': 'L’inscription a échoué',
      'thank-you': 'Merci de votre inscription !',
    },
  ],
  [
    'es',
    {
      'valid-email': 'Introduce una dirección de correo válida.',
      'subscription-failed': 'La suscripción ha fallado',
      'thank-you': '¡Gracias por suscribirte!',
    },
  ],
  [
    'ar',
    {
      'valid-email': 'يرجى إدخال بريد إلكتروني صحيح.',
      'subscription-failed': 'فشل الاشتراك',
      'thank-you': 'شكرًا لاشتراكك!',
    },
  ],
]);
