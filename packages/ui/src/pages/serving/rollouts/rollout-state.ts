import type { RolloutDetail, RolloutStateName, RolloutStep } from '../../../api/serving-answers.ts';
import type { Condition } from '../../../components/state-mark.tsx';
import { share } from '../../../format/figures.ts';

export const ROLLOUT_CONDITIONS: Record<RolloutStateName, Condition> = {
  registered: 'working',
  loading: 'working',
  warming: 'working',
  shadow: 'working',
  canary: 'working',
  ab: 'working',
  bandit: 'working',
  paused: 'warn',
  promoting: 'working',
  stable: 'good',
  'rolling-back': 'bad',
  retired: 'bad',
};

/** A state as people say it. */
export const ROLLOUT_WORDS: Record<RolloutStateName, string> = {
  registered: 'registered',
  loading: 'loading',
  warming: 'warming up',
  shadow: 'in shadow',
  canary: 'canary',
  ab: 'A/B',
  bandit: 'bandit',
  paused: 'paused',
  promoting: 'promoting',
  stable: 'serves all',
  'rolling-back': 'rolling back',
  retired: 'retired',
};

/** While people may still promote or pause it. */
export const IN_STEP: ReadonlySet<RolloutStateName> = new Set(['shadow', 'canary', 'ab', 'bandit']);

/** Who answers whom at the moment. */
export function standing({ state, endpoint, version, control, arms }: RolloutDetail): string {
  const apart = arms.slice(1).reduce((sum, { weight }) => sum + weight, 0);
  const answers = apart > 0 ? `answers ${share(apart)} of ${endpoint}` : 'answers nobody';
  switch (state) {
    case 'stable':
      return `Version ${version} serves ${endpoint}.`;
    case 'rolling-back':
    case 'retired':
      return `Version ${version} was taken out of ${endpoint}.`;
    case 'promoting':
      return `Version ${version} takes over ${endpoint}.`;
    case 'paused':
      return `Paused: version ${version} ${answers} until somebody resumes, promotes or aborts.`;
    case 'shadow':
      return `Version ${version} sees what is asked of ${endpoint} and answers nobody; version ${control} serves.`;
    default:
      return `Version ${version} ${answers}, beside version ${control}.`;
  }
}

/** A step of the plan: how it goes, and for whom. */
export function stepWords(step: RolloutStep): { label: string; detail: string } {
  switch (step.mode) {
    case 'shadow':
      return { label: 'shadow', detail: `sees ${share(step.share)}` };
    case 'canary':
      return { label: 'canary', detail: `answers ${share(step.weight)}` };
    case 'ab':
      return {
        label: 'A/B',
        detail: Object.entries(step.weights)
          .map(([arm, part]) => `${arm} ${share(part)}`)
          .join(', '),
      };
    case 'bandit':
      return { label: 'bandit', detail: `each arm ${share(step.floor)} or more` };
  }
}
