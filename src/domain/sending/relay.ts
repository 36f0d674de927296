/** An SMTP server that mail is handed to, and how much it takes at a time. */
export interface RelayConfig {
  /** `host:port`, as in logs and in the ledger. Contains no credentials. */
  readonly name: string;
  /** Host name or IP address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS, which only a loopback relay may lack. */
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** PEM file of a private certificate authority, which is then the only one trusted. */
  readonly caFile?: string;
  /** Connections at a time, at most. */
  readonly sessions: number;
  /** Connections to begin with, and the fewest under pressure; a quarter of `sessions` under pressure where absent. */
  readonly minSessions?: number;
  /** Messages on one connection, at most. */
  readonly messages: number;
  /** Messages a second, at most; unlimited where absent. */
  readonly ratePerSecond?: number;
  /** Share of the mail beside other relays; 0 is served only while those with a weight are down. */
  readonly weight: number;
}

/** Whether the host is this machine by name or address: mail to it crosses no network. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/iu.test(host);
}
