import { z } from 'zod';

import { parseEventSecrets } from './event-secret-list.ts';
import { parseHookList } from './hook-list.ts';

/** Providers whose webhooks are taken. */
export function hooks() {
  return z.string().transform((text, context) => {
    const { hooks: list, problems } = parseHookList(text);
    for (const message of problems) context.addIssue({ code: 'custom', message });
    return list;
  });
}

/** Secrets with which webhooks are signed. */
export function eventSecrets() {
  const expected =
    'secrets of Standard Webhooks, whsec_... or endpoint=whsec_..., separated by commas, newest first';
  return z.string().transform((text, context) => {
    const secrets = parseEventSecrets(text);
    if (secrets !== undefined) return secrets;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}
