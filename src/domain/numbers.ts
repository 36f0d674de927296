/** Formats `1204331` as `1,204,331`. Without Intl, whose data takes 20 ms of CPU to load. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** Formats a count with its noun: `1 recipient`, `2 recipients`. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** Formats messages per second as `2,412/s`; below ten with one decimal, `0.4/s`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return '0/s';
  return perSecond < 9.95 ? `${perSecond.toFixed(1)}/s` : `${formatCount(perSecond)}/s`;
}

/** Formats a size as `612 B`, `47.1 KB`, `2.4 MB` or `7.5 GB`; a KB is 1,024 bytes, as in Gmail's limit. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} B`;
  const kilobytes = sizeBytes / 1024;
  if (kilobytes < 1024) return `${kilobytes.toFixed(1)} KB`;
  const megabytes = kilobytes / 1024;
  return megabytes < 1024 ? `${megabytes.toFixed(1)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
