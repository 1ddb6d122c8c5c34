import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse, stringify } from 'yaml';
import { writeLinear } from '../planners/linear/linear-file.ts';
import type { LinearModel } from '../planners/linear/train-linear.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Writes what `airworthy models pack` packs: the service of the assistant with this model in place of its own. Gives the path of
 * the service file.
 *
 * @param trainedOn dataset versions that it learnt from beside the authors: whoever is erased from them is named with the model
 */
export function writeVersion(folder: string, model: LinearModel, trainedOn: readonly string[] = []): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const service = parse(readFileSync(join(ROOT, 'assistant.service.yaml'), 'utf8')) as object;
  const source = relative(folder, join(ROOT, 'src'));
  write('model.json', writeLinear(model));
  write(
    'decide.ts',
    `import { decideLinear } from '${source}/production/decide-linear.ts';
import model from './model.json' with { type: 'json' };

export const predict = decideLinear(model);
`,
  );
  const learnt = trainedOn.length > 0 ? { trainedOn } : {};
  write('assistant.service.yaml', stringify({ ...service, module: 'decide.ts', ...learnt }));
  return join(folder, 'assistant.service.yaml');
}
