import { TLSSocket } from 'node:tls';

import type { CertificateFacts, RelayProbe } from '../../app/ports/doctor.ts';
import { connectRelay } from './connect-relay.ts';
import type { ConnectOptions } from './connect-relay.ts';

/** Connects as sending does, with TLS and login, says what the relay offers, and leaves. */
export function createRelayProbe(
  optionsOf: (relay: Parameters<RelayProbe>[0]) => Pick<ConnectOptions, 'ehloName' | 'tls'>,
): RelayProbe {
  return async (relay, signal) => {
    const { socket, encrypted, extensions } = await connectRelay({ relay, signal, ...optionsOf(relay) });
    try {
      const certificate = encrypted ? certificateOf(socket) : undefined;
      return { encrypted, extensions, ...(certificate === undefined ? {} : { certificate }) };
    } finally {
      socket.end('QUIT\r\n');
      socket.destroySoon();
    }
  };
}

/** The certificate that the other end of a connection showed. */
function certificateOf(socket: unknown): CertificateFacts | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const validTo = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(validTo) ? undefined : { validTo, protocol: socket.getProtocol() ?? 'TLS' };
}
