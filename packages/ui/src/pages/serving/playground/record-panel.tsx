import '../../../styles/forms.css';
import '../../../styles/serving.css';
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { EndpointAnswer, Field } from '../../../api/answers.ts';
import { CopyText } from '../../../components/copy-text.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Section } from '../../../components/section.tsx';
import { curlOf } from '../curl.ts';
import { AnswersView } from './answers-view.tsx';
import { ASSIGNED, armHeaders, predict } from './predict.ts';
import { exampleTexts, recordOf } from './record-form.ts';
import { useArms } from './use-arms.ts';

/** Who is asked: one arm, or two of them the same. */
export interface Asked {
  arm?: string | undefined;
  with?: string | undefined;
}

interface Props {
  endpoint: EndpointAnswer;
  asked: Asked;
  ask: (asked: Asked) => void;
}

const NOBODY = '';

/** A form made from the signature; what it sends is an ordinary request, and is counted as one. */
export function RecordPanel({ endpoint, asked, ask }: Props) {
  const { signature, example } = endpoint;
  const fields = signature?.fields ?? [];
  const [texts, setTexts] = useState(() => exampleTexts(fields, example));
  const [why, setWhy] = useState(false);
  const record = recordOf(fields, texts);
  const arm = asked.arm ?? ASSIGNED;
  const beside = asked.with ?? NOBODY;
  const first = useMutation({ mutationFn: () => predict(endpoint.endpoint, record, { arm, why }) });
  const second = useMutation({ mutationFn: () => predict(endpoint.endpoint, record, { arm: beside, why }) });
  const send = (event: React.FormEvent) => {
    event.preventDefault();
    first.mutate();
    if (beside === NOBODY) second.reset();
    else second.mutate();
  };
  if (signature === null || endpoint.state !== 'ready') {
    return (
      <EmptyState title="Nothing answers here." command="npx airworthy up">
        {endpoint.problem ?? 'No server serves this endpoint at the moment.'}
      </EmptyState>
    );
  }
  return (
    <div className="columns">
      <Section title="A record" says="Sent as an ordinary request: it is answered, logged and counted.">
        <form className="stack" onSubmit={send}>
          <RecordFields fields={fields} texts={texts} setTexts={setTexts} />
          <div className="row">
            <Button type="submit" loading={first.isPending || second.isPending}>
              Predict
            </Button>
            <label className="check">
              <input
                type="checkbox"
                checked={why}
                onChange={({ currentTarget }) => setWhy(currentTarget.checked)}
              />{' '}
              and why
            </label>
            <ArmChoice endpoint={endpoint.endpoint} arm={arm} beside={beside} ask={ask} />
          </div>
        </form>
      </Section>
      <Section title={beside === NOBODY ? 'The answer' : 'The answers'}>
        <div className="stack" aria-live="polite">
          <AnswersView
            sides={[{ arm, asked: first }, ...(beside === NOBODY ? [] : [{ arm: beside, asked: second }])]}
          />
          <details>
            <summary>The same from a terminal</summary>
            <CopyText text={curlOf(endpoint, record, armHeaders(arm))} label="command" />
          </details>
        </div>
      </Section>
    </div>
  );
}

interface FieldsProps {
  fields: readonly Field[];
  texts: Record<string, string>;
  setTexts: (texts: Record<string, string>) => void;
}

function RecordFields({ fields, texts, setTexts }: FieldsProps) {
  return (
    <div className="form-grid">
      {fields.map((field) => (
        <TextInput
          key={field.name}
          label={field.name}
          description={describe(field)}
          required={!field.nullable}
          value={texts[field.name] ?? ''}
          onChange={(event) => setTexts({ ...texts, [field.name]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}

function describe({ kind, unit, description }: Field): string {
  const what = kind === 'timestamp' ? 'time, ISO 8601' : kind;
  return [unit === undefined ? what : `${what} in ${unit}`, description].filter(Boolean).join('; ');
}

interface ChoiceProps {
  endpoint: string;
  arm: string;
  beside: string;
  ask: (asked: Asked) => void;
}

/** Only where there is more than one arm is there something to choose. */
function ArmChoice({ endpoint, arm, beside, ask }: ChoiceProps) {
  const arms = useArms(endpoint);
  if (arms.length < 2 && arm === ASSIGNED && beside === NOBODY) return null;
  const named = [
    ...new Set([...arms, ...[arm, beside].filter((each) => each !== ASSIGNED && each !== NOBODY)]),
  ];
  const options = named.map((each) => ({ value: each, text: each }));
  const change = (next: { arm: string; beside: string }) =>
    ask({
      arm: next.arm === ASSIGNED ? undefined : next.arm,
      with: next.beside === NOBODY ? undefined : next.beside,
    });
  return (
    <>
      <LabelledSelect
        label="Arm"
        value={arm}
        options={[{ value: ASSIGNED, text: 'as assigned' }, ...options]}
        choose={(chosen) => change({ arm: chosen, beside })}
      />
      <LabelledSelect
        label="beside"
        value={beside}
        options={[{ value: NOBODY, text: 'nobody' }, ...options]}
        choose={(chosen) => change({ arm, beside: chosen })}
      />
    </>
  );
}
