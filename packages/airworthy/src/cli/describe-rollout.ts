import { count, figure, moment } from '../kernel/figures.ts';
import type { RolloutDetail, RolloutSummary } from '../serving/index.ts';
import { formatFacts, formatTable } from './format-table.ts';

/** A rollout as a person reads it: how it stands, its arms, its guards, what happened. */
export function describeRolloutText(rollout: RolloutDetail): string {
  return [
    headline(rollout),
    '',
    formatFacts(factsOf(rollout)),
    '',
    armTable(rollout),
    ...(rollout.guards.length === 0
      ? []
      : ['', ...rollout.guards.map(({ arm, sentence }) => `${arm}: ${sentence}`)]),
    '',
    ...rollout.events.map(
      ({ at, to, actor, reason, sentence }) =>
        `${moment(at)}  ${to}  ${reason}${sentence === '' ? '' : `: ${sentence}`} (${actor})`,
    ),
  ].join('\n');
}

function headline({ endpoint, number, version, control, state, sentence }: RolloutSummary): string {
  const what = `rollout ${number} of ${endpoint}: version ${version} beside ${control} is ${state}`;
  return sentence === '' ? what : `${what}: ${sentence}`;
}

function factsOf(rollout: RolloutDetail): (readonly [string, string])[] {
  const { id, step, steps, exposure, shadow, srm, reason } = rollout;
  const part = exposure.share === null ? '' : ` (${figure(exposure.share * 100)} %)`;
  return [
    ['rollout', id],
    ['reason', reason],
    ['step', step < 0 ? `none of ${steps} yet` : `${step + 1} of ${steps}`],
    ['exposure', `${count(exposure.requests)} requests${part}, ${count(exposure.shadowed)} in the shadow`],
    [
      'shadow',
      `${count(shadow.compared)} compared, ${count(shadow.disagreed)} disagreed, ${count(shadow.dropped)} dropped`,
    ],
    ['parts', srm.p === null ? srm.state : `${srm.state} (p ${figure(srm.p)})`],
  ];
}

function armTable({ arms }: RolloutDetail): string {
  const shown = (value: number | null, times = 1) => (value === null ? '-' : figure(value * times));
  return formatTable(
    [
      { heading: 'arm' },
      { heading: 'version', align: 'right' },
      { heading: 'part', align: 'right' },
      { heading: 'requests', align: 'right' },
      { heading: 'errors %', align: 'right' },
      { heading: 'p50 ms', align: 'right' },
      { heading: 'p99 ms', align: 'right' },
      { heading: 'score', align: 'right' },
      { heading: 'loss', align: 'right' },
    ],
    arms.map((arm) => [
      arm.name,
      String(arm.version),
      `${figure(arm.weight * 100)} %`,
      count(arm.requests),
      shown(arm.errorRate.estimate, 100),
      shown(arm.latencyMs.p50),
      shown(arm.latencyMs.p99),
      shown(arm.score.estimate),
      shown(arm.metric?.estimate ?? null),
    ]),
  );
}

/** Rollouts of an endpoint, one a line. */
export function describeHistory(rollouts: readonly RolloutSummary[]): string {
  if (rollouts.length === 0) return 'nothing was rolled out yet: airworthy rollout start --version <n>';
  return formatTable(
    [
      { heading: 'rollout', align: 'right' },
      { heading: 'version', align: 'right' },
      { heading: 'beside', align: 'right' },
      { heading: 'state' },
      { heading: 'started' },
      { heading: 'what' },
    ],
    rollouts.map(({ number, version, control, state, startedAt, sentence }) => [
      String(number),
      String(version),
      String(control),
      state,
      moment(startedAt),
      sentence,
    ]),
  );
}
