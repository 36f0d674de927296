import type { HeartbeatSummary, RelayUse } from '../../domain/metrics-snapshot.ts';
import type { EpochMs } from '../../domain/units.ts';

/** When each worker was last alive. */
export interface Heartbeats {
  beat(heartbeat: {
    readonly worker: string;
    readonly now: EpochMs;
    /** Configured relays. */
    readonly relays: number;
    /** Those that can be used. */
    readonly relaysUp: number;
    readonly relayStates: readonly RelayUse[];
  }): Promise<void>;
  /** The worker has stopped as asked: it is not missed. */
  end(worker: string): Promise<void>;
  summary(now: EpochMs): Promise<HeartbeatSummary>;
}
