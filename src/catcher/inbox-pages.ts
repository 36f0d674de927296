import { escapeHtml } from '../domain/message/fill-slots.ts';

/** What the list says of a message. */
export interface ListedMessage {
  readonly number: number;
  readonly subject: string;
  readonly to: string;
  readonly recipients: number;
  readonly sizeBytes: number;
  readonly at: Date;
}

export interface ShownMessage extends ListedMessage {
  readonly from: string;
  readonly view: View;
  /** Plain text of the views `text`, `headers` and `source`. */
  readonly text?: string | undefined;
}

/** Views of a message, in the order of the page. */
export const views = ['email', 'text', 'headers', 'source'] as const;
export type View = (typeof views)[number];

const viewNames: Readonly<Record<View, string>> = {
  email: 'Email',
  text: 'Plain text',
  headers: 'Headers',
  source: 'Source',
};

export interface ListPage {
  /** Newest first. */
  readonly messages: readonly ListedMessage[];
  /** Messages caught since the start, and how many of them are still kept. */
  readonly count: number;
  readonly kept: number;
  /** Number of the newest message on the next page. */
  readonly older?: number | undefined;
  /** Of the one script that the page may run. */
  readonly nonce: string;
}

export function listPage({ messages, count, kept, older, nonce }: ListPage): string {
  const rows = messages.map(
    (message) => `<tr><td><a href="/messages/${message.number}">${escapeHtml(message.subject)}</a></td>
<td>${escapeHtml(recipientsOf(message))}</td><td class="n">${sizeText(message.sizeBytes)}</td><td class="n"><time datetime="${message.at.toISOString()}">${message.at.toISOString().slice(11, 19)} UTC</time></td></tr>`,
  );
  const dropped = count === kept ? '' : ` The newest ${kept} are kept.`;
  const table = `<table><thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col" class="n">Size</th><th scope="col" class="n">Time</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  const next = older === undefined ? '' : `<p><a href="/?from=${older}">Older messages</a></p>`;
  const empty = '<p>Nothing has come yet. The page shows the next message by itself.</p>';
  return page(
    'Mail catcher',
    `<h1>Mail catcher</h1><p>${count} ${count === 1 ? 'message' : 'messages'}, the newest first.${dropped}</p>
${messages.length === 0 ? empty : `${table}${next}`}
<script nonce="${nonce}">
setInterval(async () => {
  const answer = await fetch('/count').catch(() => undefined);
  if (answer?.ok && (await answer.text()) !== '${count}') location.reload();
}, 1500);
</script>`,
  );
}

export function messagePage(message: ShownMessage): string {
  const { number, subject, from, view, text = '' } = message;
  const tabs = views.map((name) => {
    const current = name === view ? ' aria-current="page"' : '';
    return `<a href="/messages/${number}?view=${name}"${current}>${viewNames[name]}</a>`;
  });
  const frame = (name: string, width: number) =>
    `<figure style="width:${width}px"><figcaption>${name}, ${width} px</figcaption><iframe title="The message: ${name.toLowerCase()}" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${number}/html"></iframe></figure>`;
  const body =
    view === 'email'
      ? `<div class="frames">${frame('Phone', 375)}${frame('Desktop', 640)}</div>`
      : `<pre tabindex="0">${escapeHtml(text)}</pre>`;
  return page(
    subject,
    `<p><a href="/">All messages</a></p><h1>${escapeHtml(subject)}</h1>
<dl><dt>From</dt><dd>${escapeHtml(from)}</dd><dt>To</dt><dd>${escapeHtml(recipientsOf(message))}</dd><dt>Size</dt><dd>${sizeText(message.sizeBytes)}</dd><dt>Time</dt><dd>${message.at.toISOString()}</dd></dl>
<nav aria-label="Views">${tabs.join('')}<a href="/messages/${number}/message.eml" download>Download .eml</a></nav>
${body}`,
  );
}

function recipientsOf({ to, recipients }: ListedMessage): string {
  return recipients > 1 ? `${to} and ${recipients - 1} more` : to;
}

function sizeText(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} KB`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>
body{font:16px/1.5 system-ui,sans-serif;margin:24px auto;max-width:1080px;padding:0 16px}
h1{font-size:1.4em;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #8885;padding:6px 12px 6px 0;text-align:left;overflow-wrap:anywhere}
@media(max-width:600px){thead{position:absolute;clip-path:inset(50%)}tr{display:grid;grid-template-columns:auto 1fr;gap:0 12px;padding:8px 0;border-bottom:1px solid #8885}td{border:0;padding:0}td:nth-child(-n+2){grid-column:1/-1}}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:0 0 16px}dd{margin:0;overflow-wrap:anywhere}
nav{display:flex;flex-wrap:wrap;gap:16px;border-bottom:1px solid #8885;padding-bottom:8px}
nav [aria-current]{font-weight:700;text-decoration:none;color:inherit}
.frames{display:flex;flex-wrap:wrap;gap:24px}figure{margin:16px 0 0;max-width:100%}
iframe{border:1px solid #8886;width:100%;height:80vh;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 ui-monospace,monospace}
</style></head><body><main>${body}</main></body></html>`;
}
