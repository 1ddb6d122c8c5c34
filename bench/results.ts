import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** A page of results: a file of this folder, and what stands above its sections. */
export interface Page {
  file: string;
  introduction: string;
}

const RESULTS: Page = {
  file: 'RESULTS.md',
  introduction:
    '# Benchmarks\n\nEach section is written by its own script, with the peer measured beside us in the same run. CPU seconds (user + system) and\n' +
    'ratios are the evidence; wall times depend on how busy the machine was.\n',
};

/** Replaces one section of a page, between `<!-- name -->` and `<!-- /name -->`. */
export function writeSection(
  name: string,
  title: string,
  body: string,
  { file, introduction } = RESULTS,
): void {
  const path = join(import.meta.dirname, file);
  const page = existsSync(path) ? readFileSync(path, 'utf8') : introduction;
  const section = `<!-- ${name} -->\n## ${title}\n\n${machine()}\n\n${body.trim()}\n<!-- /${name} -->`;
  const present = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
  writeFileSync(
    path,
    present.test(page) ? page.replace(present, () => section) : `${page.trimEnd()}\n\n${section}\n`,
  );
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `_${cpus().length} cores (${cpus()[0]?.model.trim()}), ${gigabytes} GiB, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}_`;
}
