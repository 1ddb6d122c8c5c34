import type { HeldOutLook } from '../../evaluation/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { figure, moment } from '../../kernel/figures.ts';
import type { CommandSpec } from '../command.ts';
import { formatTable } from '../format-table.ts';
import { wholeNumber } from '../whole-number.ts';

export const heldOut: CommandSpec = {
  usage: 'held-out',
  summary: 'every look at held-out cases, and how far they lie from the dev cases',
  about:
    'Held-out cases are reachable only by a gate (airworthy evaluate --role held-out). Each look is written down before it is taken and is one of a budget, among which alpha is divided.',
  options: [
    { flags: '--dataset <name>', about: 'only of this dataset, or of a version of it (its digest)' },
    { flags: '--suite <name>', about: 'only of this suite' },
    { flags: '--limit <n>', about: 'how many', parse: wholeNumber(1, 1000), default: 20 },
  ],
  examples: [['airworthy held-out --suite support', 'who looked when, with what outcome']],
  tracks: true,
  async run(call) {
    const { dataset, suite, limit } = call.options as { dataset?: string; suite?: string; limit: number };
    await using app = await call.openApp();
    const { listLooks } = await import('../../evaluation/index.ts');
    const looks = await listLooks(app.context, { dataset, suite, limit });
    call.print({ looks }, () => (looks.length === 0 ? 'no looks at held-out cases' : describeLooks(looks)));
    return EXIT.ok;
  },
};

function describeLooks(looks: readonly HeldOutLook[]): string {
  const headings = ['look', 'when', 'who', 'suite', 'task', 'outcome', 'dev → held-out'];
  return formatTable(
    headings.map((heading) => ({ heading })),
    looks.map((look) => [
      `${look.number} of ${look.budget}`,
      moment(look.at),
      look.actor,
      look.suite,
      look.task,
      look.outcome ?? 'broken off',
      gapOf(look),
    ]),
  );
}

/** The first metric on both. */
function gapOf({ dev, heldOut: held }: HeldOutLook): string {
  const [first] = held ?? [];
  if (!first || first.value === null) return '';
  const before = dev?.find(({ metric }) => metric === first.metric)?.value;
  const from = before === undefined || before === null ? '?' : figure(before);
  return `${first.metric} ${from} → ${figure(first.value)}`;
}
