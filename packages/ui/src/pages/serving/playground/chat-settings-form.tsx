import '../../../styles/forms.css';
import { Textarea, TextInput } from '@mantine/core';
import { type PromptVersion, promptKey } from '../../../api/prompt-queries.ts';
import type { PlaygroundChange } from '../../../app/serving-routes.ts';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Section } from '../../../components/section.tsx';
import { EXAMPLE_TOOLS, type SettingsDraft } from './chat-settings.ts';
import { useArms } from './use-arms.ts';
import { useServedPrompt } from './use-served-prompt.ts';

interface Props {
  models: readonly string[];
  /** A model, or an arm of it as `model#arm`. */
  model: string;
  beside: string | undefined;
  prompts: readonly PromptVersion[];
  /** Which of them stands before the conversation, such as `greeting/3`. */
  prompt: string | undefined;
  /** What the prompt or the endpoint leaves open. */
  variables: readonly string[];
  draft: SettingsDraft;
  setDraft: (draft: SettingsDraft) => void;
  problem: string | null;
  change: (search: PlaygroundChange) => void;
}

const NOBODY = '';

/** Who answers, with which prompt and tools. */
export function ChatSettingsForm(props: Props) {
  const { draft, setDraft, problem } = props;
  const put = (changed: Partial<SettingsDraft>) => setDraft({ ...draft, ...changed });
  return (
    <Section title="Who answers, and how">
      <div className="stack-tight">
        <ModelChoice {...props} />
        <PromptChoice {...props} />
        <Variables {...props} put={put} />
        <Textarea
          label="System message"
          autosize
          minRows={2}
          maxRows={10}
          value={draft.system}
          onChange={(event) => put({ system: event.currentTarget.value })}
        />
        <details>
          <summary>Sampling, tools, shape of the answer</summary>
          <div className="stack-tight">
            <Sampling draft={draft} put={put} />
            <Textarea
              label="Tools"
              description="JSON, as OpenAI’s clients list them; you give their results."
              placeholder={EXAMPLE_TOOLS}
              className="mono-field"
              autosize
              minRows={3}
              maxRows={14}
              value={draft.tools}
              onChange={(event) => put({ tools: event.currentTarget.value })}
            />
            <Textarea
              label="JSON Schema of the answer"
              className="mono-field"
              autosize
              minRows={2}
              maxRows={14}
              value={draft.schema}
              onChange={(event) => put({ schema: event.currentTarget.value })}
            />
          </div>
        </details>
        {problem === null ? null : (
          <p className="stale" role="alert">
            {problem}
          </p>
        )}
      </div>
    </Section>
  );
}

type ChoiceProps = Pick<Props, 'models' | 'model' | 'beside' | 'change'>;

function ModelChoice({ models, model, beside, change }: ChoiceProps) {
  const [name] = model.split('#');
  const isServed = useServedPrompt(model) !== undefined;
  const arms = useArms(isServed ? name : undefined).map((arm) => `${name}#${arm}`);
  const known = [...models, ...arms];
  const options = (chosen: string) =>
    [...new Set([...(chosen === '' ? [] : [chosen]), ...known])].map((id) => ({
      value: id,
      text: id.replace('#', ', arm '),
    }));
  return (
    <>
      {known.length === 0 ? (
        <TextInput
          label="Model"
          description="No model is listed; any that a provider has may be asked."
          value={model}
          onChange={(event) => change({ model: event.currentTarget.value })}
        />
      ) : (
        <LabelledSelect
          label="Model"
          value={model}
          options={options(model)}
          choose={(id) => change({ model: id })}
        />
      )}
      <LabelledSelect
        label="Beside it"
        value={beside ?? NOBODY}
        options={[{ value: NOBODY, text: 'nobody' }, ...options(beside ?? '')]}
        choose={(id) => change({ beside: id === NOBODY ? undefined : id })}
      />
    </>
  );
}

interface PartProps {
  draft: SettingsDraft;
  put: (changed: Partial<SettingsDraft>) => void;
}

/** A registered prompt stands before the conversation. */
function PromptChoice({ prompts, prompt, change }: Pick<Props, 'prompts' | 'prompt' | 'change'>) {
  if (prompts.length === 0) return null;
  const chosen = prompts.find((one) => promptKey(one) === prompt);
  return (
    <LabelledSelect
      label="Prompt"
      value={chosen === undefined ? NOBODY : promptKey(chosen)}
      options={[
        { value: NOBODY, text: 'none' },
        ...prompts.map((one) => ({ value: promptKey(one), text: `${one.name}, version ${one.version}` })),
      ]}
      choose={(key) => change({ prompt: key === NOBODY ? undefined : key })}
    />
  );
}

function Variables({ variables, draft, put }: PartProps & Pick<Props, 'variables'>) {
  return variables.map((name) => (
    <TextInput
      key={name}
      label={name}
      value={draft.variables[name] ?? ''}
      onChange={(event) => put({ variables: { ...draft.variables, [name]: event.currentTarget.value } })}
    />
  ));
}

const SAMPLING = [
  ['temperature', 'Temperature'],
  ['maxTokens', 'Most tokens'],
  ['seed', 'Seed'],
] as const;

function Sampling({ draft, put }: PartProps) {
  return (
    <div className="sampling">
      {SAMPLING.map(([key, label]) => (
        <TextInput
          key={key}
          label={label}
          inputMode="decimal"
          placeholder="default"
          value={draft[key]}
          onChange={(event) => put({ [key]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}
