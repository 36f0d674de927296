import { spawn } from 'node:child_process';

/** Opens an address in the user's browser, where there is one; the address has been printed in any case. */
export function openBrowser(url: string): void {
  if (!process.stdout.isTTY) return;
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(command ?? 'xdg-open', args, { stdio: 'ignore', detached: true });
  // A machine without a browser, or without a desktop.
  child.on('error', () => {});
  child.unref();
}
