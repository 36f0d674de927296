/** Ports on loopback of `daybrief catch`: those of other mail catchers, so that their settings fit. */
export const catcherPorts = { smtp: 1025, pages: 8025 } as const;
