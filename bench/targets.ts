import { figure, table } from './table.ts';

/** What the parts of the bench measure for the table of targets. */
export interface TargetResults {
  /** Whole delivery at the same machine, as times of the pool's rate and of its CPU per message. */
  timesPool: number;
  cpuOfPool: number;
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
  smallPeakMb: number;
  largePeakMb: number;
  importSeconds: number;
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
  { what: 'whole delivery against the pool, rate', figure: 'timesPool', least: 20 },
  { what: 'whole delivery against the pool, CPU a message', figure: 'cpuOfPool', most: 1 / 25 },
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
  {
    what: 'peak MB at 100,000 recipients (`bench:million` says it of a million)',
    figure: 'largePeakMb',
    most: 190,
  },
  { what: 'import of a million rows, seconds', figure: 'importSeconds', most: 15 },
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
