import { isLetThrough } from '../gates/let-through.ts';
import type { SuiteReport, SuiteVerdict } from '../report/schema.ts';
import { escapeMarkup } from './markup.ts';

/**
 * JUnit XML: a test suite is a suite, a test case is a gate. Failed is a failure, what cannot be judged an error; undecided is a failure
 * where the gate says that undecided is no pass, else skipped with its sentence. A suite without gates has one test case that tells its state.
 *
 * @example
 * await writeFile('report.xml', renderJunit([report]));
 */
export function renderJunit(reports: readonly SuiteReport[]): string {
  const suites = reports.map(suiteElement);
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

type Kind = 'pass' | 'failure' | 'error' | 'skipped';

interface TestCase {
  classname: string;
  name: string;
  kind: Kind;
  message: string;
}

function suiteElement(report: SuiteReport): string {
  const cases = testCasesOf(report);
  const of = (kind: Kind) => cases.filter((each) => each.kind === kind).length;
  const seconds = report.endedAt === null ? 0 : (report.endedAt - report.startedAt) / 1_000;
  const attributes = attributesOf({
    name: report.suite,
    tests: cases.length,
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
    time: seconds.toFixed(3),
    timestamp: new Date(report.startedAt).toISOString(),
  });
  return [`  <testsuite${attributes}>`, ...cases.map(caseElement), '  </testsuite>'].join('\n');
}

function testCasesOf(report: SuiteReport): TestCase[] {
  if (report.verdicts.length > 0) return report.verdicts.map(verdictCase);
  const answered = report.tasks.every(({ results }) => results.ok > 0);
  const kind = report.state === 'finished' && answered ? 'pass' : 'error';
  return [{ classname: report.suite, name: 'evaluated', kind, message: report.sentence }];
}

function verdictCase(verdict: SuiteVerdict): TestCase {
  const name = verdict.slice === 'overall' ? verdict.gate : `${verdict.gate} (${verdict.slice})`;
  return {
    classname: `${verdict.suite}.${verdict.task}`,
    name,
    kind: kindOf(verdict),
    message: verdict.sentence,
  };
}

function kindOf(verdict: SuiteVerdict): Kind {
  if (verdict.outcome === 'undecided') return isLetThrough(verdict) ? 'skipped' : 'failure';
  return ({ pass: 'pass', fail: 'failure', error: 'error' } as const)[verdict.outcome];
}

function caseElement({ classname, name, kind, message }: TestCase): string {
  const opening = `    <testcase${attributesOf({ classname, name })}`;
  if (kind === 'pass') return `${opening}><system-out>${escapeMarkup(message)}</system-out></testcase>`;
  return `${opening}><${kind}${attributesOf({ message })}/></testcase>`;
}

function attributesOf(attributes: Record<string, string | number>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeMarkup(String(value))}"`)
    .join('');
}
