import { useQueryClient } from '@tanstack/react-query';
import type { RolloutDetail } from '../../../api/serving-answers.ts';
import { type RolloutAct, steerRollout } from '../../../api/serving-queries.ts';
import { ActButton } from '../../../components/act-button.tsx';
import { share } from '../../../format/figures.ts';
import { asSentence } from '../../../format/sentence.ts';
import { GuardRows } from './guard-rows.tsx';
import { IN_STEP } from './rollout-state.ts';

/** What people may do with a rollout: each asks once, shows the evidence, and wants a reason. */
export function RolloutActs({ rollout }: { rollout: RolloutDetail }) {
  const client = useQueryClient();
  const { id, endpoint, state, version, control, endedAt } = rollout;
  if (endedAt !== null) return null;
  const perform = (act: RolloutAct) => async (reason: string) => {
    await steerRollout(id, act, reason);
    await client.invalidateQueries();
  };
  const evidence = (
    <div className="stack-tight">
      <p>{asSentence(rollout.sentence)}</p>
      <GuardRows guards={rollout.guards} />
    </div>
  );
  const isPaused = state === 'paused';
  const canMove = isPaused || IN_STEP.has(state);
  return (
    <div className="row" id="acts">
      {canMove ? (
        <ActButton
          label="Promote"
          title={`Promote version ${version}`}
          act="Promote"
          perform={perform('promote')}
        >
          {evidence}
          <p>
            Version {version} answers every request of {endpoint} from now on, whatever its guards say.
          </p>
        </ActButton>
      ) : null}
      {canMove && !isPaused ? (
        <ActButton label="Pause" title="Pause the rollout" act="Pause" perform={perform('pause')}>
          {evidence}
          <p>
            Its arms keep their part of the requests until it is resumed; what is worse is rolled back all the
            same.
          </p>
        </ActButton>
      ) : null}
      {isPaused ? (
        <ActButton label="Resume" title="Resume the rollout" act="Resume" perform={perform('resume')}>
          {evidence}
          <p>The step it was paused in goes on, with its whole time again.</p>
        </ActButton>
      ) : null}
      <ActButton
        label="Abort"
        title={`Take version ${version} out`}
        act="Abort"
        dangerous
        perform={perform('abort')}
      >
        {evidence}
        <p>
          Version {control} answers every request again at once{exposedWords(rollout)}. Version {version}{' '}
          stays registered, with this evidence.
        </p>
      </ActButton>
    </div>
  );
}

function exposedWords({ exposure }: RolloutDetail): string {
  return exposure.share === null ? '' : `; ${share(exposure.share)} of them went to other arms so far`;
}
