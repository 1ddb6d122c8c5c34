import { useQuery } from '@tanstack/react-query';
import { rollout } from '../../../api/serving-queries.ts';
import { useRunningRollout } from '../rollouts/running-rollout.tsx';

/** Names of the arms that answer at an endpoint now: more than one while something is rolled out. */
export function useArms(endpoint: string | undefined): string[] {
  const running = useRunningRollout(endpoint);
  const { data } = useQuery({ ...rollout(running?.id ?? ''), enabled: running !== undefined });
  return data?.arms.map(({ name }) => name) ?? [];
}
