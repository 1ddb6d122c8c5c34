import type { ImportLog } from './import-log.ts';
import type { Words } from './read-config.ts';

const EXPECTED = /^__expected\d*$/;
/** `contains-any(threshold=0.8): a,b` and the like; without a type it is `equals`. */
const WITH_TYPE = /^((?:not-)?[a-z][a-z-]*[a-z](?::[a-z-]+)?)(?:\(([\d.]+)\))?:([\s\S]*)$/;
const GRADE = /^(?:grade|llm-rubric):([\s\S]*)$/;
const CODE = /^(?:fn|eval|javascript|python):/;
const WITHOUT_VALUE = /^(?:not-)?(?:is-json|is-refusal|contains-json|is-valid-[a-z-]+)$/;

/** A row of a CSV file as a test: `__expected…` are assertions, other names with `__` settings, the rest variables. */
export function fromCsvRow(row: Readonly<Record<string, string>>, at: string, log: ImportLog): Words {
  const vars: Words = {};
  const metadata: Words = {};
  const assert: Words[] = [];
  let description: string | undefined;
  let metric: string | undefined;
  let threshold: number | undefined;
  for (const [name, value] of Object.entries(row)) {
    const tag = /^__metadata:(.+?)(\[\])?$/.exec(name);
    if (EXPECTED.test(name)) {
      if (value.trim() !== '') assert.push(assertionOf(value.trim()));
    } else if (name === '__description') description = value;
    else if (name === '__metric') metric = value;
    else if (name === '__threshold') threshold = value === '' ? undefined : Number(value);
    else if (tag) metadata[tag[1]] = tag[2] ? value.split(',').map((one) => one.trim()) : value;
    else if (name.startsWith('__')) {
      if (value !== '') log.left(at, `column ${name}`, 'it has no counterpart here');
    } else vars[name] = value;
  }
  return {
    vars,
    ...(assert.length === 0 ? {} : { assert: metric ? assert.map((one) => ({ ...one, metric })) : assert }),
    ...(description ? { description } : {}),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

function assertionOf(text: string): Words {
  if (CODE.test(text)) return { type: text.startsWith('python') ? 'python' : 'javascript', value: text };
  const graded = GRADE.exec(text);
  if (graded) return { type: 'llm-rubric', value: graded[1].trim() };
  if (WITHOUT_VALUE.test(text)) return { type: text };
  const typed = WITH_TYPE.exec(text);
  if (typed === null) return { type: 'equals', value: text };
  const [, type, threshold, value] = typed;
  return { type, value: value.trim(), ...(threshold === undefined ? {} : { threshold: Number(threshold) }) };
}
