/** What every page is sent with: nothing of another origin in it, and no other page around it. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // Mantine and Plot put <style> elements into the page; scripts come from files alone.
  'content-security-policy': [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Stricter ones make browsers send `Origin: null` with forms.
  'referrer-policy': 'same-origin',
};

const STYLE =
  'body{font:14px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 16px;color:#1c2330;background:#fff}' +
  'h1{font-size:20px}pre,input,button{font:inherit;padding:8px 12px;border:1px solid #8894a8;border-radius:4px}' +
  'pre{font-family:ui-monospace,monospace}label{display:block;margin-bottom:4px}button{cursor:pointer;margin-left:4px}' +
  '@media(prefers-color-scheme:dark){body{color:#e6eaf2;background:#12161e}input,button{color:inherit;background:#1c2330}}';

/** A page of the server's own, for where the built ones cannot be shown. `body` is HTML. */
export function htmlPage(title: string, body: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<link rel="icon" href="data:,">',
    `<title>${title} · Airworthy</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${title}</h1>${body}</main></body></html>`,
  ].join('');
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
