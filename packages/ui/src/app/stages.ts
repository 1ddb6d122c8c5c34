import type { Pointer, StageFact, StageName } from '../api/answers.ts';
import type { Condition } from '../components/state-mark.tsx';

/** The eight stages, in the order of the data; the names are the pages' addresses too. */
export const STAGES: readonly { stage: StageName; title: string }[] = [
  { stage: 'data', title: 'Data' },
  { stage: 'tracking', title: 'Tracking' },
  { stage: 'training', title: 'Training' },
  { stage: 'evaluation', title: 'Evaluation' },
  { stage: 'registry', title: 'Registry' },
  { stage: 'serving', title: 'Serving' },
  { stage: 'monitoring', title: 'Monitoring' },
  { stage: 'feedback', title: 'Feedback' },
];

/** What the page of tracking is divided into. */
export const TRACKING_PAGES = [
  { to: '/tracking', label: 'Runs' },
  { to: '/tracking/traces', label: 'Traces' },
  { to: '/tracking/sessions', label: 'Sessions' },
] as const;

/** What the page of evaluation is divided into. */
export const EVALUATION_PAGES = [
  { to: '/evaluation', label: 'Evaluations' },
  { to: '/held-out', label: 'Held-out looks' },
  { to: '/review', label: 'Review' },
] as const;

/** What the page of serving is divided into. */
export const SERVING_PAGES = [
  { to: '/serving', label: 'Endpoints' },
  { to: '/gateway', label: 'Gateway' },
  { to: '/playground', label: 'Playground' },
] as const;

/** Pages of a stage that are not below its own address. */
const ELSEWHERE: Readonly<Record<string, StageName>> = {
  evaluations: 'evaluation',
  suites: 'evaluation',
  'held-out': 'evaluation',
  review: 'evaluation',
  explanations: 'registry',
  rollouts: 'serving',
  gateway: 'serving',
  playground: 'serving',
};

/** The stage that an address is part of, where its first word is not the stage's own name. */
export function stageAt(pathname: string): StageName | undefined {
  return ELSEWHERE[pathname.split('/')[1]];
}

export const CONDITIONS: Record<StageFact['state'], Condition> = {
  ok: 'good',
  attention: 'warn',
  trouble: 'bad',
  empty: 'idle',
  working: 'working',
};

/** A stage's state as people say it. */
export const STATE_WORDS: Record<StageFact['state'], string> = {
  ok: 'in order',
  attention: 'needs a look',
  trouble: 'in trouble',
  empty: 'nothing yet',
  working: 'at work',
};

/** The page of an object. */
export function addressOf(to: Pointer): string {
  switch (to.kind) {
    case 'dataset':
      return `/data/${to.dataset}`;
    case 'dataset-version':
      return `/data/${to.dataset}/${to.number}`;
    case 'run':
      return `/tracking/runs/${encodeURIComponent(to.run)}`;
    case 'model':
      return `/registry/${to.model}`;
    case 'model-version':
      return `/registry/${to.model}/${to.number}`;
    case 'endpoint':
      return `/serving/${to.endpoint}`;
    case 'alert':
      return `/monitoring/${to.alert}`;
    case 'improvement':
      return `/feedback/${to.improvement}`;
    case 'suite':
      return `/suites/${encodeURIComponent(to.suite)}`;
    case 'evaluation':
      return `/evaluations/${to.evaluation}`;
  }
}
