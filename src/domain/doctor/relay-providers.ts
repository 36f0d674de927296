/** A mail service, by the host that mail is handed to, and what its customers include in SPF. */
export interface RelayProvider {
  readonly name: string;
  readonly host: RegExp;
  /** Domain to include; one of them is enough. */
  readonly includes: readonly string[];
}

/** Mail services send from other addresses than the one that mail is handed to. */
const providers: readonly RelayProvider[] = [
  { name: 'Amazon SES', host: /\.amazonaws\.com$/u, includes: ['amazonses.com'] },
  {
    name: 'Brevo',
    host: /(?:^|\.)(?:brevo|sendinblue)\.com$/u,
    includes: ['spf.brevo.com', 'spf.sendinblue.com'],
  },
  { name: 'Google', host: /^smtp(?:-relay)?\.(?:gmail|google)\.com$/u, includes: ['_spf.google.com'] },
  { name: 'Mailgun', host: /(?:^|\.)mailgun\.org$/u, includes: ['mailgun.org', 'eu.mailgun.org'] },
  { name: 'Mailjet', host: /(?:^|\.)mailjet\.com$/u, includes: ['spf.mailjet.com'] },
  { name: 'Microsoft 365', host: /(?:^|\.)office365\.com$/u, includes: ['spf.protection.outlook.com'] },
  { name: 'Postmark', host: /(?:^|\.)postmarkapp\.com$/u, includes: ['spf.mtasv.net'] },
  { name: 'Resend', host: /(?:^|\.)resend\.com$/u, includes: ['amazonses.com'] },
  { name: 'SendGrid', host: /(?:^|\.)sendgrid\.net$/u, includes: ['sendgrid.net'] },
  {
    name: 'SparkPost',
    host: /(?:^|\.)sparkpostmail\.com$/u,
    includes: ['_spf.sparkpostmail.com', 'sparkpostmail.com'],
  },
];

export function findProvider(host: string): RelayProvider | undefined {
  const name = host.toLowerCase();
  return providers.find((provider) => provider.host.test(name));
}
