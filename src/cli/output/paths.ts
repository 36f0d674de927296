import { relative, sep } from 'node:path';

/** A path as whoever runs the command would type it: relative below the working directory, else absolute. */
export function shownPath(path: string, cwd: string): string {
  const shorter = relative(cwd, path);
  return shorter === '' || shorter === '..' || shorter.startsWith(`..${sep}`) ? path : shorter;
}
