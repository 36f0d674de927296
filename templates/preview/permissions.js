/* What the reader may do with the digest, and the way back to the desk. */
import { find, make } from './panes.js';
import { isAllowed, isDesk } from './requests.js';

export function showPermissions() {
  const { links = '[]' } = document.body.dataset;
  find('upload').hidden = !isDesk || !isAllowed('write');
  find('proof').hidden = !isAllowed('write');
  find('approve').hidden = !isAllowed('approve');
  find('links').hidden = !isDesk;
  for (const { href, text } of JSON.parse(links)) {
    const link = make('a', '', text);
    link.href = href;
    find('links').append(link);
  }
  if (isAllowed('write')) return;
  document.body.classList.add('reading');
  document.querySelector('[data-part=editor]').hidden = true;
}
