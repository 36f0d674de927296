import type { z } from 'zod';

/** Adds an issue whose message goes on from the field's name and lacks its full stop: "`date` is ...". */
export function refuse(context: z.RefinementCtx<string>, rule: string, message: string, hint?: string): void {
  context.addIssue({ code: 'custom', message, params: { rule, hint } });
}
