import type { ApiService } from '../app/api/api-service.ts';
import type { DeskService } from '../app/desk/desk-service.ts';
import type { ImportJobs } from '../app/desk/import-jobs.ts';
import type { ArchiveActions } from '../app/editions/read-archive.ts';
import type { Reviews } from '../app/editions/review-proof.ts';
import type { HookActions } from '../app/ports/hooks.ts';
import type { Logos, Publications } from '../app/ports/publications.ts';
import type { LinkActions } from '../app/signup/link-actions.ts';
import type { SignUpAnswer, SignUpRequest } from '../app/signup/sign-up.ts';
import type { DoctorReport } from '../domain/doctor/finding.ts';
import type { MetricsSnapshot } from '../domain/metrics-snapshot.ts';
import type { EpochMs } from '../domain/units.ts';
import type { DeskWriting } from '../editor/desk-writing.ts';

/** The use cases of the pages, provided by the caller that starts the server. */
export interface WebServices {
  readonly publications: Pick<Publications, 'find' | 'all'>;
  readonly logos: Logos;
  now(): EpochMs;
  /** The one gate: the same for the form, the embedded form and programs. */
  signUp(request: SignUpRequest): Promise<SignUpAnswer>;
  /** What a form carries to show when it was made. */
  issueStamp(): string;
  /** Resolves where the database answers and its schema is the one this process knows; else throws. */
  ready(): Promise<void>;
  metricsSnapshot(): Promise<MetricsSnapshot>;
  /** Answers a challenge as only a process with this secret can. */
  identify(challenge: string): string;
  /** Examines what could stop the next edition; takes seconds. */
  doctor(): Promise<DoctorReport>;
  /** Number of signups refused by the overall limit since this process started. */
  overallLimitReached(): number;
  readonly linkActions: LinkActions;
  readonly archive: ArchiveActions;
  readonly reviews: Reviews;
  readonly desk: DeskService;
  readonly api: ApiService;
  readonly writing: DeskWriting;
  readonly imports: ImportJobs;
  readonly hooks: HookActions;
}
