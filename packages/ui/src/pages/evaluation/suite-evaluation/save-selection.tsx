import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DiscoveredSlice, SavedSelection } from '../../../api/evaluation-answers.ts';
import { apiPath, post } from '../../../api/request.ts';
import { Failure } from '../../../components/failure.tsx';
import { plural } from '../../../format/figures.ts';

interface Props {
  evaluation: string;
  task: string;
  slice: DiscoveredSlice;
}

const TARGETS = [
  { to: 'suite', word: 'suite', act: 'Save as suite' },
  { to: 'review', word: 'review', act: 'Send to review' },
  { to: 'dataset', word: 'dataset', act: 'Save as dataset' },
] as const;
type Target = (typeof TARGETS)[number];

/** Keeps the cases of a slice: as a suite of their own, as a review queue, as rows of a dataset. Nothing is lost by it, so nothing is asked but a name. */
export function SaveSelection({ evaluation, task, slice }: Props) {
  const [target, setTarget] = useState<Target | null>(null);
  const [saved, setSaved] = useState<SavedSelection | null>(null);
  if (saved !== null) return <Kept saved={saved} />;
  if (target !== null) {
    return (
      <NameForm
        target={target}
        initial={nameOf(slice)}
        save={async (name) => {
          const kept = await post<SavedSelection>(
            apiPath(`/evaluations/${encodeURIComponent(evaluation)}/selections`),
            {
              ...{ task, rule: slice.rule, to: target.to, name },
            },
          );
          setSaved(kept);
        }}
        cancel={() => setTarget(null)}
      />
    );
  }
  return (
    <span className="unbroken">
      {TARGETS.map((one) => (
        <button
          key={one.to}
          type="button"
          className="text-button"
          title={one.act}
          aria-label={`${one.act}: cases where ${slice.rule}`}
          onClick={() => setTarget(one)}
        >
          {one.word}
        </button>
      ))}
    </span>
  );
}

/** Where the cases are now. */
function Kept({ saved: { to, name, cases, files = [] } }: { saved: SavedSelection }) {
  return (
    <span role="status">
      {plural(cases, 'case')} kept as{' '}
      {to === 'review' ? (
        <Link to="/review/$queue" params={{ queue: name }}>
          {name}
        </Link>
      ) : null}
      {to === 'dataset' ? (
        <Link to="/data/$dataset" params={{ dataset: name }}>
          {name}
        </Link>
      ) : null}
      {to === 'suite' ? <code>{files[0] ?? name}</code> : null}
    </span>
  );
}

interface FormProps {
  target: Target;
  initial: string;
  save: (name: string) => Promise<void>;
  cancel: () => void;
}

function NameForm({ target, initial, save, cancel }: FormProps) {
  const [name, setName] = useState(initial);
  const [state, setState] = useState<{ busy: boolean; error: Error | null }>({ busy: false, error: null });
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setState({ busy: true, error: null });
    try {
      await save(name.trim());
    } catch (error) {
      setState({ busy: false, error: error as Error });
    }
  };
  return (
    <form className="stack-tight" onSubmit={submit}>
      <span className="row">
        <input
          className="plain-input"
          aria-label={`Name: ${target.act}`}
          value={name}
          required
          maxLength={100}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <button type="submit" className="plain-button" disabled={state.busy || name.trim() === ''}>
          {target.act}
        </button>
        <button type="button" className="text-button" onClick={cancel}>
          cancel
        </button>
      </span>
      {state.error === null ? null : <Failure error={state.error} />}
    </form>
  );
}

/** 'lang = de AND length > 40' → 'lang-de-length-40'. */
function nameOf({ literals }: DiscoveredSlice): string {
  const words = literals.map(({ column, value }) => `${column}-${value}`).join('-');
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
}
