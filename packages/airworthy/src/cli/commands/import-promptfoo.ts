import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { plural } from '../../kernel/figures.ts';
import type { ImportEntry } from '../../lifecycle/import-promptfoo/import-log.ts';
import type { PromptfooImport } from '../../lifecycle/import-promptfoo/import-promptfoo.ts';
import type { Call, CommandSpec } from '../command.ts';

export const promptfoo: CommandSpec = {
  usage: 'promptfoo <file>',
  summary: 'a config of promptfoo, as a suite',
  about:
    'Writes NAME.eval.yaml beside FILE and prints what became of everything in it: carried over, changed, or left, and why. Nothing that FILE holds is run.',
  options: [{ flags: '--out <file>', about: 'where the suite goes; it ends with .eval.yaml' }],
  examples: [
    ['airworthy import promptfoo promptfooconfig.yaml', 'writes a suite named after the folder'],
    ['airworthy import promptfoo promptfooconfig.yaml --out suites/support.eval.yaml', 'names it support'],
  ],
  tracks: true,
  run: importFromPromptfoo,
};

async function importFromPromptfoo(call: Call): Promise<number> {
  const { cwd } = call.terminal;
  const [{ importPromptfoo }, { stringify }] = await Promise.all([
    import('../../lifecycle/import-promptfoo/import-promptfoo.ts'),
    import('yaml'),
  ]);
  const from = resolve(cwd, String(call.args[0]));
  const out = call.options.out === undefined ? undefined : suiteFile(resolve(cwd, String(call.options.out)));
  const made = await importPromptfoo(from, out === undefined ? {} : { suiteFolder: dirname(out) });
  const file = out ?? join(dirname(from), `${fileName(String(made.suite.name))}.eval.yaml`);
  requireFree(file);
  const suite = {
    ...made.suite,
    name: out === undefined ? made.suite.name : basename(out).replace(/\.eval\.ya?ml$/, ''),
  };
  await writeFile(
    file,
    `# Made from ${basename(from)}.\n${stringify(suite, { lineWidth: 110, aliasDuplicateObjects: false })}`,
  );
  const shown = relative(cwd, file);
  const { carried, changed, left, entries } = made;
  call.print({ file: shown, suite: suite.name, carried, changed, left, entries }, () =>
    describe(made, shown),
  );
  return EXIT.ok;
}

function suiteFile(path: string): string {
  if (/\.eval\.ya?ml$/.test(path)) return path;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `--out: ${basename(path)} does not end with .eval.yaml`,
  });
}

function requireFree(path: string): void {
  if (!existsSync(path)) return;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `${basename(path)} is already there`,
    remedy: 'Remove it, or name another file with --out.',
  });
}

function fileName(name: string): string {
  return (
    name
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join('-') ?? 'suite'
  );
}

function describe({ entries, suite, carried, changed, left }: PromptfooImport, file: string): string {
  const lines = entries.map(lineOf);
  const tasks = Object.keys(suite.tasks as object).length;
  const cases = (suite.dataset as unknown[]).length;
  const lacks = [tasks === 0 ? 'tasks' : '', cases === 0 ? 'cases' : ''].filter(Boolean);
  return [
    ...lines,
    '',
    `${file}: ${plural(tasks, 'task')}, ${plural(cases, 'case')}; ${carried} lines carried over, ${changed} changed, ${left} left out`,
    ...(lacks.length === 0
      ? []
      : [`It has no ${lacks.join(' and no ')} yet: write them before you evaluate it.`]),
  ].join('\n');
}

function lineOf({ status, at, what, why, times }: ImportEntry): string {
  const often = times === 1 ? '' : ` (${times} times)`;
  return `${status.padEnd(8)} ${at.padEnd(28)} ${what}${often}${why === undefined ? '' : `: ${why}`}`;
}
