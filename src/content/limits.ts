/** Size limits of a digest: far above what an edition needs, far below what makes parsing slow. */
export const limits = {
  /** 64 KB */
  fileBytes: 65_536,
  lines: 2000,
  /** 4 KB: emphasis is resolved in quadratic time, and 60 KB of it took 51 s. */
  paragraphBytes: 4096,
  /** `*`, `_` and `[` in one paragraph. */
  paragraphMarks: 300,
  /** Quotes and lists inside each other. */
  blockDepth: 6,
  /** Lists inside each other. */
  listDepth: 3,
  tableColumns: 6,
  tableRows: 30,
  /** Footnotes of one story. */
  notes: 30,
  /** Emphasis and links inside each other. */
  inlineDepth: 6,
  /** Columns before the first character of a line. */
  indent: 48,
  /** Brackets inside each other in YAML and JSON: the parsers recurse. */
  bracketDepth: 40,
  imageBytes: 5 * 1024 * 1024,
  /** Pixels: twice the column of an email. */
  imageWidth: 1200,
  /** Pixels of each side of a file; the cameras of phones stay below. */
  imageSide: 12_000,
  imageMinSide: 8,
  /** Of all frames together. */
  imagePixels: 100_000_000,
  imageBytesComfortable: 1024 * 1024,
  downloadMs: 10_000,
} as const;
