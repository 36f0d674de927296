import { expect, test } from 'vitest';

import { diagnose } from '../../support/doctor/doctor-fixture.ts';

test('a setup in which all is well shows neither error nor warning, and everything was examined', async () => {
  const { findings, troubles } = await diagnose();

  expect(troubles).toEqual([]);
  expect(findings.filter(({ state }) => state === 'not-checked')).toEqual([]);
  expect([...new Set(findings.map(({ id }) => id))].toSorted()).toMatchInlineSnapshot(`
    [
      "audience",
      "backup",
      "base-url",
      "base-url-certificate",
      "base-url-identity",
      "bimi",
      "bounce-mx",
      "clock",
      "database",
      "database-integrity",
      "disk",
      "dkim",
      "dmarc",
      "dmarc-alignment",
      "dmarc-reports",
      "edition",
      "from-domain",
      "intake",
      "list-id",
      "local-intake",
      "mta-sts",
      "one-click",
      "problems",
      "ptr",
      "relay",
      "relay-certificate",
      "relay-size",
      "secret",
      "settings",
      "spf",
      "spf-relay",
      "tls-rpt",
      "worker",
    ]
  `);
});

test('webhooks of a mail service are a way in for reports, and its mail servers are not asked', async () => {
  const { of, troubles } = await diagnose({
    settings: { readsReports: false, localIntakes: [], hooks: ['postmark'] },
    accepts: () => false,
  });

  expect(troubles).toEqual([]);
  expect(of('intake')).toMatchObject([
    { state: 'ok', text: 'Bounces to bounce.letter.test are reported by webhooks of postmark.' },
  ]);
});
