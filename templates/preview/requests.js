/* What the page asks of its server, and what its reader may do: the desk says so in attributes of the body. */

const { formToken = '', may = '' } = document.body.dataset;

/** True for `write` and `approve` where the reader may do that. */
export const isAllowed = (what) => may.split(' ').includes(what);

/** True at the desk, false on the curator's own machine. */
export const isDesk = formToken !== '';

export async function ask(path, options) {
  const response = await fetch(path, { ...options, headers: { accept: 'application/json', ...options?.headers } });
  // A session that has ended leads to the sign-in page.
  if (response.status === 401 || response.redirected) throw new Error('signed out');
  const value = await response.json().catch(() => ({}));
  return { ok: response.ok, status: response.status, value };
}

/** Posts a form, with the token that shows that it is from this page. */
export const send = (path, fields) => ask(path, { method: 'POST', body: new URLSearchParams({ 'form-token': formToken, ...fields }) });

export function sendFile(path, file) {
  const body = new FormData();
  body.set('form-token', formToken);
  body.set('file', file);
  return ask(path, { method: 'POST', body });
}

/** What went wrong, in the server's words. */
export const errorOf = (value) => value.error?.message ?? value.error;
