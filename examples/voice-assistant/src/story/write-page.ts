import type { Block, Told } from './chapter.ts';
import { escapeMarkup } from './escape-markup.ts';
import { PAGE_STYLE } from './page-style.ts';

/** The story as one page: no script, nothing loaded from elsewhere, both colour schemes. */
export function writePage(title: string, lead: string, chapters: readonly Told[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeMarkup(title)}</title>`,
    `<style>${PAGE_STYLE}</style></head>`,
    `<body><main><h1>${escapeMarkup(title)}</h1><p class="quiet">${escapeMarkup(lead)}</p>`,
    ...chapters.map(chapterOf),
    '</main></body></html>',
    '',
  ].join('\n');
}

function chapterOf({ title, blocks, claims, skipped }: Told): string {
  const shown = claims.map(
    ({ claim, holds, because }) =>
      `<li><b class="${holds ? 'pass' : 'fail'}">${holds ? 'shown' : 'not shown'}</b> ${escapeMarkup(claim)} <span class="quiet">${escapeMarkup(because)}</span></li>`,
  );
  return [
    `<section><h2>${escapeMarkup(title)}</h2>`,
    ...(skipped === undefined
      ? blocks.map(blockOf)
      : [`<p class="quiet">Skipped: ${escapeMarkup(skipped)}.</p>`]),
    ...(shown.length === 0 ? [] : [`<ul>${shown.join('')}</ul>`]),
    '</section>',
  ].join('\n');
}

/** A figure with its interval is not broken over lines. */
const LONGEST_FIGURE = 24;

function blockOf(block: Block): string {
  if (block.kind === 'text') return `<p>${withCode(block.text)}</p>`;
  if (block.kind === 'picture') return `<figure class="scroll">${block.svg}</figure>`;
  if (block.kind === 'lines') return `<pre class="scroll">${escapeMarkup(block.lines.join('\n'))}</pre>`;
  const cellOf = (tag: 'th' | 'td', cell: string) => {
    const look = tag === 'td' && cell.length <= LONGEST_FIGURE ? ' class="figure"' : '';
    return `<${tag}${look}>${escapeMarkup(cell)}</${tag}>`;
  };
  const cells = (tag: 'th' | 'td', row: readonly string[]) =>
    `<tr>${row.map((cell) => cellOf(tag, cell)).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${cells('th', block.head)}</thead><tbody>${block.rows.map((row) => cells('td', row)).join('')}</tbody></table></div>`;
}

/** What Markdown has between back quotes. */
function withCode(text: string): string {
  return escapeMarkup(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
