import type { LocatedChange } from '../app/editions/locate-changes.ts';
import type { Preview, PreviewEmail } from '../app/editions/preview-edition.ts';
import type { DigestCompletions } from '../domain/editions/digest-completions.ts';

/** What the preview shows, and what it may do on the curator's behalf. */
export interface PreviewSource {
  /** The digest file. */
  readonly path: string;
  /** Folders whose changes may change the edition. */
  readonly folders: readonly string[];
  /** @param onEmail called and awaited with the email before it is checked; not called if it cannot be rendered */
  preview(onEmail: (email: PreviewEmail) => Promise<void>): Promise<Preview>;
  /** What the editor offers. */
  completions(): Promise<DigestCompletions>;
  /** What has changed since one of the preview's baselines. */
  compare(baseline: string): Promise<readonly LocatedChange[]>;
  /** Differs once something is approved, sent back or sent, by whomever. */
  stateOfApproval(): Promise<string>;
  /** Sends the edition as it is to the publication's test addresses. Returns a sentence. */
  sendProof(): Promise<string>;
  /** Approves the edition if it still has this content hash. Returns a sentence. */
  approve(contentHash: string): Promise<string>;
}
