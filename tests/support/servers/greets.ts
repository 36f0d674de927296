import { once } from 'node:events';
import { connect } from 'node:net';

/** Whether an SMTP server on this machine greets with 220: a Postfix without room does too. */
export async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString('latin1').startsWith('220');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
