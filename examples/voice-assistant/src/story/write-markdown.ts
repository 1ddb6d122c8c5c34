import type { Block, Told } from './chapter.ts';

/** The story as Markdown, as a terminal and `bench/assistant.md` have it. */
export function writeMarkdown(chapters: readonly Told[]): string {
  return chapters.map(writeChapter).join('\n\n');
}

export function writeChapter({ title, blocks, claims, skipped }: Told): string {
  const told = skipped === undefined ? blocks.map(writeBlock) : [`Skipped: ${skipped}.`];
  const shown = claims.map(
    ({ claim, holds, because }) => `- ${holds ? 'shown' : 'NOT SHOWN'}: ${claim} (${because})`,
  );
  return [`## ${title}`, ...told, ...(shown.length === 0 ? [] : [shown.join('\n')])].join('\n\n');
}

function writeBlock(block: Block): string {
  if (block.kind === 'text') return block.text;
  if (block.kind === 'picture') return block.text;
  if (block.kind === 'lines') return ['```text', ...block.lines, '```'].join('\n');
  return writeTable(block.head, block.rows);
}

export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
