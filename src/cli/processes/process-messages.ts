/** What a worker's process says to the one that started it: it takes jobs; it has stored a heartbeat lately. */
export type ToParent = 'ready' | 'alive';

/** A request of the parent: settle what is in flight and end. */
export type ToChild = 'stop';

/** How often a process says that it is alive. */
export const aliveEveryMs = 10_000;
