import type { SuiteReport } from '../report/schema.ts';

/**
 * Workflow commands that GitHub shows as annotations: an error for each gate that failed or cannot be judged, a warning for each that
 * is undecided, a notice for a suite that passed.
 *
 * @example
 * for (const line of githubAnnotations([report])) console.log(line); // '::error title=support: exact no-worse-than::Fail: …'
 */
export function githubAnnotations(reports: readonly SuiteReport[]): string[] {
  return reports.flatMap((report) => {
    const said = report.verdicts
      .filter((verdict) => verdict.outcome !== 'pass')
      .map((verdict) =>
        annotation(
          verdict.outcome === 'undecided' ? 'warning' : 'error',
          `${verdict.suite}: ${verdict.gate}${verdict.slice === 'overall' ? '' : ` (${verdict.slice})`}`,
          verdict.sentence,
        ),
      );
    if (said.length > 0) return said;
    const whole = report.state === 'finished' ? 'notice' : 'warning';
    return [annotation(whole, report.suite, report.sentence)];
  });
}

function annotation(kind: 'error' | 'warning' | 'notice', title: string, message: string): string {
  return `::${kind} title=${property(title)}::${data(message)}`;
}

/** A line break or a percent sign would end or change the command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
