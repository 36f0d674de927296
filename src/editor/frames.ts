/** How the email is shown. */
export interface FrameMode {
  readonly scheme: 'light' | 'dark' | 'inverted';
  /** False as in clients that block images until they are allowed. */
  readonly images: boolean;
}

/**
 * The email as one client shows it, whatever the scheme of the browser: its dark rules apply or do not.
 *
 * @param imageBase where the preview serves the images, with a slash at its end
 */
export function frameOf(
  html: string,
  mode: FrameMode,
  urls: { readonly baseUrl: string; readonly imageBase: string },
): string {
  const dark = mode.scheme === 'dark';
  const shown = html
    .replaceAll(/@media\s*\(prefers-color-scheme:\s*dark\)/gu, dark ? '@media all' : '@media not all')
    .replaceAll(`${urls.baseUrl}/images/`, urls.imageBase);
  const withImages = mode.images
    ? shown
    : shown.replaceAll(/(<img\b[^>]*?)\ssrc="[^"]*"/gu, '$1 src="data:,"');
  const style = `:root{color-scheme:${dark ? 'dark' : 'light'}!important}${mode.scheme === 'inverted' ? inverted : ''}`;
  return withImages.replace('</head>', `<base target="_blank"><style>${style}</style></head>`);
}

/** Approximates apps that invert all colours but those of images. */
const inverted =
  'html{background:#fff;filter:invert(1) hue-rotate(180deg)}img{filter:invert(1) hue-rotate(180deg)}';
