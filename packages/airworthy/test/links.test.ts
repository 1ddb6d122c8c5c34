import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../../..');
const PAGES = globSync('**/*.md', {
  cwd: ROOT,
  exclude: (path) => /(^|\/)(node_modules|dist|\.\w+)$/.test(path),
});

test('every relative link in every Markdown file leads to a file, and to a heading where it names one', () => {
  const broken = PAGES.flatMap((page) => {
    const path = join(ROOT, page);
    return linksOf(readFileSync(path, 'utf8'))
      .filter((link) => !leadsSomewhere(path, link))
      .map((link) => `${page}: ${link}`);
  });
  assert.deepEqual(broken, []);
});

test('every error leads to its section of docs/errors.md', async () => {
  const { CATALOGUE } = await import('../src/kernel/error-catalogue.ts');
  const { AirworthyError } = await import('../src/kernel/errors.ts');
  for (const code of Object.keys(CATALOGUE) as (keyof typeof CATALOGUE)[]) {
    const { docs } = new AirworthyError(code, { message: 'a test' });
    assert.ok(leadsSomewhere(join(ROOT, 'README.md'), docs), docs);
  }
});

test('the pages were found, and a broken link is', () => {
  for (const page of ['README.md', 'docs/errors.md', 'packages/airworthy/src/data/README.md'])
    assert.ok(PAGES.includes(page), `${page} is not among ${PAGES.length} pages`);
  const page = join(ROOT, 'README.md');
  assert.ok(leadsSomewhere(page, 'docs/errors.md#config_invalid'));
  assert.ok(!leadsSomewhere(page, 'docs/errors.md#no_such_error'));
  assert.ok(!leadsSomewhere(page, 'docs/no-such-page.md'));
  assert.deepEqual(linksOf('[a](b.md), `[c](d.md)`, ![e](f.svg), [g](https://h)'), ['b.md', 'f.svg']);
});

/** Targets of links and pictures within the repository; code shows links, it has none. */
function linksOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path, anchor] = link.split('#', 2);
  const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(target) || relative(ROOT, target).startsWith('..')) return false;
  if (anchor === undefined) return true;
  return statSync(target).isFile() && anchorsOf(target).has(anchor);
}

/** As GitHub makes them: lower case, spaces to dashes, without other punctuation; the second of a name gets `-1`. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of readFileSync(page, 'utf8').matchAll(/^#{1,6} +(.*?) *$/gm)) {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    for (let times = 0; ; times++) {
      const anchor = times === 0 ? name : `${name}-${times}`;
      if (anchors.has(anchor)) continue;
      anchors.add(anchor);
      break;
    }
  }
  return anchors;
}
