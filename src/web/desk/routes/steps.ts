import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { EditionActions } from '../../../app/editions/edition-actions.ts';
import {
  describeStep,
  editionSteps,
  retriable,
  stepPermissions,
} from '../../../domain/desk/edition-steps.ts';
import type { EditionStep } from '../../../domain/desk/edition-steps.ts';
import { formatCount } from '../../../domain/numbers.ts';
import { readForm } from '../../http/read-form.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import { findEdition, stepContext } from '../edition-of.ts';
import type { FoundEdition, OfEdition } from '../edition-of.ts';
import { DeskRefusal } from '../guard.ts';
import { reasonText } from '../views/reason-text.ts';

/**
 * `/desk/p/<publication>/<date>/<step>`: asks with GET, does it with POST. What the command line refuses is refused here
 * in the same words, because both call the same actions.
 */
export function stepRoutes(app: FastifyInstance, web: Web): void {
  for (const step of editionSteps) {
    const rules = {
      access: 'desk',
      desk: { permission: stepPermissions[step], in: 'this' },
      cache: 'no-store',
    } as const;
    const url = `/desk/p/:slug/:date/${step}`;
    // An approval is asked for on the page of the draft, which shows what is approved.
    if (step !== 'approve') {
      app.get<OfEdition & { Querystring: { reason?: string } }>(
        url,
        { config: { rules: { ...rules, csrf: 'none' } } },
        async (request, reply) => {
          const found = await findEdition(web, request);
          const view = await questionView(web, step, found, request.query.reason);
          return web.deskPages.send(
            { template: 'step', title: view.heading, current: 'publications', view },
            request,
            reply,
          );
        },
      );
    }
    app.post<OfEdition>(
      url,
      { config: { rules: { ...rules, csrf: 'form-token' } } },
      async (request, reply) => {
        const found = await findEdition(web, request);
        if (step !== 'approve' && readForm(request).get('confirm') !== 'yes') {
          const reasons = readForm(request).getAll('reason');
          const view = await questionView(web, step, found, reasons.length === 1 ? reasons[0] : undefined);
          // No mail goes out before a person has seen to how many.
          if (view.confirm !== '')
            return web.deskPages.send(
              { template: 'step', title: view.heading, current: 'publications', view },
              request,
              reply.code(422),
            );
        }
        const actions = web.services.desk.actions(actedBy(request));
        const done = await perform(step, { found, actions, request });
        return reply.redirect(`${found.href}?done=${done}`, 303);
      },
    );
  }
}

/** @param chosen the reason that a retry was asked for */
async function questionView(web: Web, step: EditionStep, found: FoundEdition, chosen = '') {
  const all = await stepContext(web, found);
  const one = all.failures.filter(({ reason, isAddress }) => reason === chosen && !isAddress);
  // The question names the recipients of the reason that was chosen, and offers no other.
  const context = step === 'retry' && one.length > 0 ? { ...all, failures: one } : all;
  const { label, consequence, confirm } = describeStep(step, context);
  const needsNote = step === 'correct' || step === 'withdraw';
  return {
    heading: `${label}: ${found.publication.name}, ${found.date}?`,
    consequence,
    action: `${found.href}/${step}`,
    back: found.href,
    label,
    confirm,
    note: needsNote,
    noteLabel:
      step === 'correct'
        ? 'What changed? Readers of the page see this.'
        : 'Why? Readers of the page see this; it may be left empty.',
    isNoteRequired: step === 'correct',
    revisions: step === 'resume' ? revisionsOf(found) : [],
    reasons:
      step === 'retry'
        ? context.failures
            .filter(({ isAddress }) => !isAddress)
            .map(({ reason, recipients }) => ({
              reason,
              text: reasonText(reason),
              count: formatCount(recipients),
            }))
        : [],
    others: context === all ? '' : `${found.href}/retry`,
    nothing: step === 'retry' && retriable(context.failures) === 0,
  };
}

/** Revisions that were approved, the newest first: it may be a correction. */
function revisionsOf({ status }: FoundEdition) {
  const numbers = new Set(
    (status?.events ?? []).flatMap(({ event, detail }) => {
      const number = event === 'approved' ? Number(/^revision (\d+)/u.exec(detail)?.[1] ?? 0) : 0;
      return number > 0 ? [number] : [];
    }),
  );
  const current = status?.edition.revision;
  return [...numbers]
    .toSorted((a, b) => b - a)
    .map((number) => ({
      number: String(number),
      text: number === current ? `Revision ${number}, as before` : `Revision ${number}`,
      isCurrent: number === current,
    }));
}

/** Returns what the page of the edition then says. */
async function perform(
  step: EditionStep,
  {
    found,
    actions,
    request,
  }: { readonly found: FoundEdition; readonly actions: EditionActions; readonly request: FastifyRequest },
): Promise<string> {
  const { reference } = found;
  const form = readForm(request);
  switch (step) {
    case 'approve': {
      // Without the hash a form would approve what its sender has not seen.
      const expectedHash = form.get('hash') ?? '';
      if (!/^[0-9a-f]{64}$/u.test(expectedHash)) throw new DeskRefusal(403, 'form');
      const options = { expectedHash, now: form.get('now') === 'yes', anyway: form.get('anyway') === 'yes' };
      return 'waiting' in (await actions.approve(reference, options)) ? 'waiting' : 'approve';
    }
    case 'schedule':
      await actions.schedule(reference, { asApproved: true });
      return step;
    case 'hold':
      await actions.unschedule(reference);
      return step;
    case 'release':
    case 'pause':
    case 'cancel':
      await actions[step](reference);
      return step;
    case 'resume': {
      const revision = Number(form.get('revision') ?? '');
      await actions.resume(reference, revision > 0 ? { revision } : {});
      return step;
    }
    case 'retry': {
      const { recipients } = await actions.retry(reference, form.getAll('reason'));
      return recipients === 0 ? 'retry-none' : 'retry';
    }
    case 'correct':
    case 'withdraw':
      await actions[step](reference, form.get('note') ?? '');
      return step;
  }
}
