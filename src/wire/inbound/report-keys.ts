import type { ReportKeys } from '../../inbound/identify.ts';
import type { WireBase } from '../base.ts';

/** What opens the ids that reports return. */
export async function openReportKeys({ secrets, clock }: WireBase): Promise<ReportKeys> {
  const { verp, tokens } = await secrets();
  return {
    delivery: (address) => verp.parse(address, new Date(clock())),
    link: (token) => tokens.verify('unsubscribe', token) ?? tokens.verify('preferences', token),
  };
}
