import '../../styles/forms.css';
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { EndpointAnswer, Field } from '../../api/answers.ts';
import { post } from '../../api/request.ts';
import { CopyText } from '../../components/copy-text.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Failure } from '../../components/failure.tsx';
import { Section } from '../../components/section.tsx';
import { metricFigure } from '../../format/figures.ts';
import type { PanelProps } from './endpoint-page.tsx';
import { exampleTexts, recordOf } from './record-form.ts';

/** A prediction with its id and who made it. */
type Answer = Record<string, unknown>;

/** A form made from the signature; what it sends is an ordinary request, and is counted as one. */
export function TryPanel({ endpoint }: PanelProps) {
  const { signature, example } = endpoint;
  const fields = signature?.fields ?? [];
  const [texts, setTexts] = useState(() => exampleTexts(fields, example));
  const record = recordOf(fields, texts);
  const ask = useMutation({
    mutationFn: () => post<Answer>(`/predict/${endpoint.endpoint}`, record),
  });
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
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate();
          }}
        >
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
          <div className="row">
            <Button type="submit" loading={ask.isPending}>
              Predict
            </Button>
          </div>
        </form>
      </Section>
      <Section title="The answer">
        <div className="stack" aria-live="polite">
          {ask.error === null ? null : <Failure error={ask.error} />}
          {ask.isIdle ? <p className="quiet">Nothing was asked yet.</p> : null}
          {ask.data === undefined ? null : <Result answer={ask.data} />}
          <details>
            <summary>The same from a terminal</summary>
            <CopyText text={curl(endpoint, record)} label="command" />
          </details>
        </div>
      </Section>
    </div>
  );
}

function describe({ kind, unit, description }: Field): string {
  const what = kind === 'timestamp' ? 'time, ISO 8601' : kind;
  return [unit === undefined ? what : `${what} in ${unit}`, description].filter(Boolean).join('; ');
}

function Result({ answer }: { answer: Answer }) {
  return (
    <>
      <p>
        <strong>{inWords(answer)}</strong>
      </p>
      <div className="result">
        <pre>{JSON.stringify(answer, null, 2)}</pre>
      </div>
    </>
  );
}

function inWords({ value, label, probability }: Answer): string {
  if (typeof value === 'number') return `Predicts ${metricFigure(value)}`;
  const sure = typeof probability === 'number' ? `, probability ${metricFigure(probability)}` : '';
  return label === undefined ? 'Answered' : `Predicts ${String(label)}${sure}`;
}

function curl({ endpoint }: EndpointAnswer, record: Record<string, unknown>): string {
  const body = JSON.stringify(record).replaceAll("'", "'\\''");
  return `curl ${location.origin}/predict/${endpoint} -H 'content-type: application/json' -d '${body}'`;
}
