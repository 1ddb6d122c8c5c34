import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type KeyKind, runKeys } from '../../../api/tracking-queries.ts';
import { FindBox } from '../../../components/find-box.tsx';
import { Section } from '../../../components/section.tsx';
import { KeyChips } from '../key-chips.tsx';
import { COLUMN_KINDS, type ColumnKey, type ColumnKind, columnText } from './column-key.ts';

interface Props {
  columns: readonly ColumnKey[];
  choose: (columns: string) => void;
  close: () => void;
}

const WORDS: Record<ColumnKind, string> = { metrics: 'Metrics', params: 'Parameters', tags: 'Tags' };
const KINDS: Record<ColumnKind, KeyKind> = { metrics: 'metric', params: 'param', tags: 'tag' };

/** Which metrics, params and tags have a column: only those are asked from the server. */
export function ColumnPicker({ columns, choose, close }: Props) {
  const [prefix, setPrefix] = useState('');
  const toggle = (column: ColumnKey) => {
    const text = columnText(column);
    const rest = columns.filter((one) => columnText(one) !== text);
    const next = rest.length < columns.length ? rest : [...columns, column];
    choose(next.map(columnText).join(','));
  };
  return (
    <Section
      title="Columns"
      says="Only what is chosen is fetched."
      actions={
        <button type="button" className="text-button" onClick={close}>
          close
        </button>
      }
    >
      <div className="stack-tight">
        <KeyChips
          label="Chosen columns"
          chosen={columns.map(columnText)}
          known={[]}
          choose={(next) => choose(next.join(','))}
        />
        {columns.length === 0 ? <p className="quiet">None but the run’s own.</p> : null}
        <FindBox
          label="Find a column by the beginning of its name"
          placeholder="Name of a metric, parameter or tag"
          words={prefix}
          find={setPrefix}
        />
        <div className="columns">
          {COLUMN_KINDS.map((kind) => (
            <Keys key={kind} kind={kind} prefix={prefix.trim()} columns={columns} toggle={toggle} />
          ))}
        </div>
      </div>
    </Section>
  );
}

interface KeysProps {
  kind: ColumnKind;
  prefix: string;
  columns: readonly ColumnKey[];
  toggle: (column: ColumnKey) => void;
}

function Keys({ kind, prefix, columns, toggle }: KeysProps) {
  const { data } = useQuery({ ...runKeys(KINDS[kind], prefix), placeholderData: keepPreviousData });
  const isChosen = (key: string) => columns.some((column) => column.kind === kind && column.key === key);
  return (
    <fieldset className="key-list">
      <legend className="quiet small">{WORDS[kind]}</legend>
      {(data?.items ?? []).map(({ key }) => (
        <label key={key} className="check">
          <input type="checkbox" checked={isChosen(key)} onChange={() => toggle({ kind, key })} />{' '}
          <code>{key}</code>
        </label>
      ))}
      {data?.items.length === 0 ? <p className="quiet small">None begins so.</p> : null}
    </fieldset>
  );
}
