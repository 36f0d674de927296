import { figure, table } from './table.ts';

/** What the parts of the bench measure for the table of targets. */
export interface TargetResults {
  /** Whole delivery at the same machine, as times of the pool's rate and of its CPU per message, by what the relay offers. */
  pipeliningTimesPool: number;
  pipeliningCpuOfPool: number;
  chunkingTimesPool: number;
  chunkingCpuOfPool: number;
  /** Against `smtp-source -d`: rate and CPU per message, by what the relay offers. */
  chunkingOfSource: number;
  chunkingCpuOfSource: number;
  pipeliningOfSource: number;
  pipeliningCpuOfSource: number;
  /** Against the pool, with a relay 20 ms away. */
  farPipeliningTimesPool: number;
  farChunkingTimesPool: number;
  /** CPU per message at 20 ms as times of that at 0 ms. */
  farPipeliningCpu: number;
  farChunkingCpu: number;
  signedOfSignatures: number;
  signedTimesPool: number;
  serversOfEmbedded: number;
  /** What a second worker adds, as a share of the rate of one. */
  secondWorker: number;
  /** At a thousand and at a million recipients. */
  smallPeakMb: number;
  largePeakMb: number;
  peakGrowth: number;
  /** A million recipients, embedded: to the commit, to the first message, to the last answer. */
  publishSeconds: number;
  firstSeconds: number;
  millionSeconds: number;
  /** A million rows. */
  importSeconds: number;
  exportSeconds: number;
  /** `daybrief compose` of the sample. */
  composeCpuSeconds: number;
}

/** Filled by the parts; what no part has measured is missing. */
export const measured: Partial<TargetResults> = {};

interface Target {
  readonly what: string;
  readonly figure: keyof TargetResults;
  readonly least?: number;
  readonly most?: number;
}

const targets: readonly Target[] = [
  { what: 'PIPELINING against the pool, rate', figure: 'pipeliningTimesPool', least: 20 },
  { what: 'PIPELINING against the pool, CPU a message', figure: 'pipeliningCpuOfPool', most: 1 / 25 },
  { what: 'CHUNKING against the pool, rate', figure: 'chunkingTimesPool', least: 20 },
  { what: 'CHUNKING against the pool, CPU a message', figure: 'chunkingCpuOfPool', most: 1 / 25 },
  { what: 'CHUNKING against `smtp-source -d`, rate', figure: 'chunkingOfSource', least: 0.8 },
  { what: 'CHUNKING against `smtp-source -d`, CPU a message', figure: 'chunkingCpuOfSource', most: 2.5 },
  { what: 'PIPELINING against `smtp-source -d`, rate', figure: 'pipeliningOfSource', least: 0.45 },
  { what: 'PIPELINING against `smtp-source -d`, CPU a message', figure: 'pipeliningCpuOfSource', most: 4 },
  { what: '20 ms away, PIPELINING, against the pool', figure: 'farPipeliningTimesPool', least: 2.3 },
  { what: '20 ms away, CHUNKING, against the pool', figure: 'farChunkingTimesPool', least: 8 },
  { what: 'CPU a message, 20 ms against 0 ms, CHUNKING', figure: 'farChunkingCpu', most: 1.5 },
  { what: 'CPU a message, 20 ms against 0 ms, PIPELINING', figure: 'farPipeliningCpu', most: 2.1 },
  { what: 'signed messages against the two signatures alone', figure: 'signedOfSignatures', least: 0.85 },
  { what: 'signed messages against the pool with its own DKIM', figure: 'signedTimesPool', least: 6 },
  { what: 'PostgreSQL and Redis against the default', figure: 'serversOfEmbedded', least: 0.8 },
  { what: 'what a second worker adds, 20 ms away', figure: 'secondWorker', least: 0.9 },
  { what: 'peak MB at 1,000 recipients', figure: 'smallPeakMb', most: 190 },
  { what: 'peak MB at 1,000,000 recipients', figure: 'largePeakMb', most: 190 },
  { what: 'peak at 1,000,000 recipients against 1,000', figure: 'peakGrowth', most: 1.1 },
  { what: 'a million recipients, seconds', figure: 'millionSeconds', most: 300 },
  { what: 'publishing to a million, seconds', figure: 'publishSeconds', most: 3 },
  { what: 'first message to a million, seconds after `send`', figure: 'firstSeconds', most: 1 },
  { what: 'import of a million rows, seconds', figure: 'importSeconds', most: 15 },
  { what: 'export of a million rows, seconds', figure: 'exportSeconds', most: 15 },
  { what: '`daybrief compose` of the sample, CPU seconds', figure: 'composeCpuSeconds', most: 1 },
];

/** One row for each target with its result. */
export function targetsTable(): string {
  const rows = targets.map(({ what, figure: name, least, most }) => {
    const value = measured[name];
    const target = least === undefined ? `at most ${figure(most ?? 0)}` : `at least ${figure(least)}`;
    if (value === undefined) return [what, target, 'not measured', ''];
    const isReached = value >= (least ?? -Infinity) && value <= (most ?? Infinity);
    return [what, target, figure(value), isReached ? 'yes' : 'no'];
  });
  return `## Targets

${table(['what', 'target', 'result', 'reached'], rows)}
`;
}
