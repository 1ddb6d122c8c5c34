import type { SuiteReport } from '../../../api/evaluation-answers.ts';

/** As many as can be told apart. */
const COLOURS = 8;

/** A task has the same colour in every picture of its evaluation. */
export function taskColour(report: SuiteReport, task: string): string {
  const place = report.tasks.findIndex(({ name }) => name === task);
  return `--run-${(Math.max(0, place) % COLOURS) + 1}`;
}

export const BASELINE_COLOUR = '--series-reference';

interface Props {
  colour: string;
  isReference?: boolean;
  children: React.ReactNode;
}

/** A task's name beside its colour. */
export function TaskKey({ colour, isReference = false, children }: Props) {
  return (
    <span
      className="task-key"
      data-reference={isReference}
      style={{ '--key': `var(${colour})` } as React.CSSProperties}
    >
      {children}
    </span>
  );
}
