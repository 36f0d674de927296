import { Command } from 'commander';

import { countFindings, findingsOf } from '../../domain/doctor/finding.ts';
import type { DoctorReport } from '../../domain/doctor/finding.ts';
import { AppError } from '../../errors/app-error.ts';
import type { CliContext } from '../context.ts';
import { findingsText } from '../output/findings.ts';

/** `doctor [publication]`: everything that could stop the next edition. */
export function doctorCommand(context: CliContext): Command {
  return new Command('doctor')
    .description('examine what could stop the next edition: settings, database, relays, DNS, pages')
    .argument('[publication]', 'only this one')
    .action(async (slug: string | undefined) => {
      const report = (await unreadableSettings(context)) ?? (await examine(context, slug));
      const counts = countFindings(report.findings);
      // Without settings nothing else could be examined, so the status is that of every other command.
      if (counts.error > 0) context.exitStatus = report.publications === undefined ? 3 : 4;
      context.result({ ...report, counts }, () => findingsText(report, context.io.stdout));
    });
}

async function examine(context: CliContext, slug: string | undefined): Promise<DoctorReport> {
  const services = await context.openServices();
  return services.doctor({ slug, signal: context.signal });
}

async function unreadableSettings(
  context: CliContext,
): Promise<(Omit<DoctorReport, 'publications'> & { readonly publications?: undefined }) | undefined> {
  try {
    await context.config();
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CONFIG_INVALID') throw error;
    const { error: report } = findingsOf('settings');
    const more = error.hint === undefined ? {} : { fix: error.hint };
    return { at: Date.now(), tookMs: 0, findings: error.details.map((detail) => report(detail, more)) };
  }
}
