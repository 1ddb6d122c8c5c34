import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';

const Columns = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('Fields of the input that are changed; all that can be where absent.');

/** The three kinds of expectations of CheckList (Ribeiro et al. 2020): INV `same`, MFT `own`, DIR `lower` and `higher`. */
const Expectation = z.enum(['same', 'own', 'lower', 'higher']);
export type Expectation = z.infer<typeof Expectation>;

function perturbationOf<Kind extends string, Shape extends z.ZodRawShape>(
  kind: Kind,
  expect: Expectation,
  shape: Shape,
) {
  return z.strictObject({
    kind: z.literal(kind),
    ...shape,
    name: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('How it is called in reports; the kind where absent.'),
    expect: Expectation.default(expect).describe(
      'Of the answer to the changed case beside that to its parent: `same`, `lower` or `higher`; `own`: it is judged by what the case itself expects.',
    ),
    expected: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('With `own`: what is expected of a changed case, by what its parent expects.'),
    share: z.number().gt(0).max(1).default(1).describe('Of the cases that are changed.'),
    seed: z.union([z.int(), z.string()]).optional().describe('Its own; that of the suite where absent.'),
  });
}

const strength = (value: number, what: string) => z.number().gt(0).max(1).default(value).describe(what);

/** What is done to a case, as a suite writes it. */
export const Perturbation = z.discriminatedUnion('kind', [
  perturbationOf('typos', 'same', { columns: Columns, strength: strength(0.1, 'Share of the words.') }),
  perturbationOf('case', 'same', {
    columns: Columns,
    to: z.enum(['upper', 'lower', 'title']).optional().describe('One of them by chance where absent.'),
  }),
  perturbationOf('whitespace', 'same', {
    columns: Columns,
    strength: strength(0.2, 'Share of the gaps between words.'),
  }),
  perturbationOf('unicode', 'same', {
    columns: Columns,
    strength: strength(0.1, 'Share of the letters that have a look-alike.'),
  }),
  perturbationOf('field-order', 'same', {}),
  perturbationOf('irrelevant-sentence', 'same', {
    columns: Columns,
    sentences: z.array(z.string().min(1)).min(1).optional().describe('To choose from.'),
  }),
  perturbationOf('negation', 'own', { columns: Columns }),
  perturbationOf('paraphrase', 'same', {
    columns: Columns,
    endpoint: z.string().min(1).describe('Base address of an OpenAI-compatible API.'),
    model: z.string().min(1),
    keyVariable: z.string().min(1).optional(),
    instruction: z.string().min(1).optional(),
  }),
  perturbationOf('noise', 'same', {
    columns: Columns,
    strength: strength(0.05, 'Standard deviation, relative to each number.'),
  }),
  perturbationOf('missing', 'same', { columns: Columns, strength: strength(0.2, 'Share of the fields.') }),
  perturbationOf('unit-scale', 'same', {
    columns: Columns,
    factor: z.number().positive().default(1000).describe('What the numbers are multiplied by.'),
  }),
  perturbationOf('unseen-category', 'same', {
    columns: Columns,
    value: z.string().min(1).default('never seen before'),
  }),
]);
export type Perturbation = z.output<typeof Perturbation>;
export type PerturbationInput = z.input<typeof Perturbation>;

/** What a suite says under `perturb`, checked. Throws SUITE_INVALID. */
export function checkPerturbations(inputs: readonly unknown[]): Perturbation[] {
  const checked = inputs.map((input, place) => {
    const parsed = Perturbation.safeParse(input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw invalid(`${['perturb', place, ...issue.path].join('.')}: ${issue.message}`);
    }
    return parsed.data;
  });
  for (const [place, each] of checked.entries()) {
    if (each.expect === 'own' && each.expected === undefined) {
      const kind = nameOf(each);
      throw invalid(
        `perturb.${place}: ${kind} changes what is right, and says nothing of what is then expected`,
      );
    }
  }
  const names = checked.map(nameOf);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw invalid(`perturb: two are called ${twice}`);
  return checked;
}

export function nameOf({ kind, name }: Pick<Perturbation, 'kind' | 'name'>): string {
  return name ?? kind;
}

function invalid(message: string): AirworthyError {
  return new AirworthyError('SUITE_INVALID', {
    message,
    remedy:
      'A perturbation is { kind, … }: with `expect: own` also `expected: { yes: no, no: yes }`, and with a `name` where a kind comes twice; docs/robustness.md has them all.',
    at: 'perturb',
  });
}
