import { relative, sep } from 'node:path';

/** Shortens a path below the working folder to a relative one. */
export function shownPath(path: string, cwd: string): string {
  const shorter = relative(cwd, path);
  return shorter === '' || shorter === '..' || shorter.startsWith(`..${sep}`) ? path : shorter;
}
