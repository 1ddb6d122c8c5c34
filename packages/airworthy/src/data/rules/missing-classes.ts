import { namesClasses } from '../names-classes.ts';
import { type Finding, SPLIT_CODES } from '../schema.ts';
import { type ColumnPlan, planColumns, streamColumns } from '../stored/stream-columns.ts';
import { exampleRows, fieldOf, profileOf, type Rule, type RuleContext } from './rule-context.ts';

const CLASSES_NAMED = 5;

/** Classes that one side of the split lacks: without test rows nothing says how they do, without training rows nothing teaches them. */
export async function findMissingClasses(
  rule: Rule<'missing-class'>,
  context: RuleContext,
): Promise<Finding[]> {
  const { target } = context.version.schema;
  if (!target || !context.split) return [];
  const { distinct } = profileOf(context.version, target.name);
  const field = fieldOf(context.version, target.name);
  if (!namesClasses(field.kind, distinct.count)) return [];
  const [plan] = await planColumns(context.engine, context.numbered, [field]);
  if (plan.form === 'text') return [];
  const rows = await firstRows(context, plan, context.split.roles);
  const classes = new Set([...rows.train.keys(), ...rows.test.keys()]);
  const lacking = (side: 'train' | 'test') => [...classes].filter((value) => !rows[side].has(value));
  const about = { rule, context, column: target.name, classes: classes.size };
  return [
    ...(await describe(about, {
      lacking: lacking('test').map((value) => rows.train.get(value) ?? 0),
      message: 'in no test row, so that nothing says how a model does on them',
      remedy: 'Add rows of these classes, hold back more rows, or split another way.',
    })),
    ...(await describe(about, {
      lacking: lacking('train').map((value) => rows.test.get(value) ?? 0),
      message: 'only in test rows, so that no model can learn them',
      remedy: 'Add rows of these classes to train on, or split another way.',
    })),
  ];
}

/** The first row of each class on each side, counted from 0. */
async function firstRows(
  { engine, numbered }: RuleContext,
  plan: ColumnPlan,
  roles: Uint8Array,
): Promise<Record<'train' | 'test', Map<number, number>>> {
  const first = { train: new Map<number, number>(), test: new Map<number, number>() };
  await streamColumns(engine, numbered, [plan], (chunk, start) => {
    const values = chunk.getColumnVector(0);
    for (let row = 0; row < chunk.rowCount; row++) {
      const role = roles[start + row];
      if (role === SPLIT_CODES.excluded) continue;
      const side = role === SPLIT_CODES.test ? first.test : first.train;
      const value = values.getItem(row) as number;
      if (!side.has(value)) side.set(value, start + row);
    }
  });
  return first;
}

async function describe(
  about: { rule: Rule<'missing-class'>; context: RuleContext; column: string; classes: number },
  { lacking, message, remedy }: { lacking: number[]; message: string; remedy: string },
): Promise<Finding[]> {
  if (lacking.length === 0) return [];
  const { rule, context, column, classes } = about;
  const named = lacking.toSorted((a, b) => a - b).slice(0, CLASSES_NAMED);
  const examples = await exampleRows(context, `file_row_number IN (${named.join(', ')})`, [column]);
  const names = examples.map(({ values }) => JSON.stringify(values[column])).join(', ');
  const more = lacking.length > CLASSES_NAMED ? ', …' : '';
  return [
    {
      ...{
        rule: rule.rule,
        severity: rule.severity,
        column,
        count: lacking.length,
        of: classes,
        examples,
        remedy,
      },
      message: `${lacking.length} of ${classes} classes of "${column}" are ${message}: ${names}${more}`,
    },
  ];
}
