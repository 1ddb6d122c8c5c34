import type { ServedEndpoint } from '../../api/answers.ts';
import type { Condition } from '../../components/state-mark.tsx';

export const ENDPOINT_CONDITIONS: Record<ServedEndpoint['state'], Condition> = {
  ready: 'good',
  unavailable: 'bad',
  recorded: 'idle',
};
