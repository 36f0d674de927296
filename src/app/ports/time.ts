/** Milliseconds since the epoch, UTC. */
export type Clock = () => number;
