import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { search } from '../api/queries.ts';
import { useColourScheme } from './colour-scheme.ts';
import { addressOf, EVALUATION_PAGES, SERVING_PAGES, STAGES, TRACKING_PAGES } from './stages.ts';

interface Choice {
  id: string;
  label: string;
  detail: string;
  run: () => void;
}

const DELAY = 120;

/** As OpenTelemetry writes the id of a trace, and as MLflow does. */
const TRACE_ID = /^(?:tr-)?[0-9a-f]{32}$/;

/** Every object and action by name: type, choose with the arrows, Enter. */
export function Palette({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const choices = useChoices(text);
  const current = Math.min(chosen, choices.length - 1);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && choices.length > 0) {
      event.preventDefault();
      setChosen((current + step + choices.length) % choices.length);
    }
    if (event.key === 'Enter' && choices[current]) {
      event.preventDefault();
      choose(choices[current]);
    }
  };
  const choose = (choice: Choice) => {
    close();
    choice.run();
  };

  return (
    <dialog ref={dialog} className="dialog palette" aria-label="Search and commands" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={choices[current] ? `${list}-${current}` : undefined}
        aria-autocomplete="list"
        aria-label="Search or do"
        placeholder="A dataset, run, model, endpoint, alert, or what to do"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label="Found" className="palette-list">
        {choices.map((choice, index) => (
          <div
            key={choice.id}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onClick={() => choose(choice)}
            onKeyDown={onKeyDown}
            onPointerMove={() => setChosen(index)}
            ref={(element) => {
              if (index === current) element?.scrollIntoView({ block: 'nearest' });
            }}
          >
            <span>{choice.label}</span>
            <span className="quiet small">{choice.detail}</span>
          </div>
        ))}
        {choices.length === 0 ? <p className="quiet">Nothing has that name.</p> : null}
      </div>
      <p className="palette-foot quiet small">
        <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> go · <kbd>Esc</kbd> close
      </p>
    </dialog>
  );
}

/** Pages and actions whose words hold the text, then what the server finds. */
function useChoices(text: string): Choice[] {
  const asked = useDelayed(text.trim(), DELAY);
  const { data } = useQuery({ ...search(asked), enabled: asked !== '' });
  const { history } = useRouter();
  const { scheme, toggle } = useColourScheme();
  return useMemo(() => {
    const go = (address: string) => () => history.push(address);
    const standing: Choice[] = [
      { id: 'page /', label: 'Project', detail: 'page', run: go('/') },
      ...[...TRACKING_PAGES, ...EVALUATION_PAGES, ...SERVING_PAGES].map(({ to, label }) => ({
        id: `page ${to}`,
        label,
        detail: 'page',
        run: go(to),
      })),
      ...STAGES.map(({ stage, title }) => ({
        id: `page ${stage}`,
        label: title,
        detail: 'stage',
        run: go(`/${stage}`),
      })),
      {
        id: 'theme',
        label: `Use the ${scheme === 'dark' ? 'light' : 'dark'} theme`,
        detail: 'action',
        run: toggle,
      },
      {
        id: 'link',
        label: 'Copy a link to this page',
        detail: 'action',
        run: () => void navigator.clipboard.writeText(location.href),
      },
    ];
    const words = text.trim().toLowerCase();
    const found = words === '' ? [] : (data?.items ?? []);
    const byId = TRACE_ID.test(words)
      ? [{ id: words, label: `Trace ${words}`, detail: 'trace', run: go(`/tracking/traces/${words}`) }]
      : [];
    return [
      ...standing.filter(({ label }) => label.toLowerCase().includes(words)),
      ...byId,
      ...found.flatMap(({ to, label, detail }) => [
        { id: `${addressOf(to)} ${label}`, label, detail, run: go(addressOf(to)) },
        ...actionsOf(to.kind, label, addressOf(to)).map((action) => ({ ...action, run: go(action.id) })),
      ]),
    ];
  }, [text, data, history, scheme, toggle]);
}

/** What can be done with an object: the pages where it is asked for, with its evidence. */
function actionsOf(kind: string, label: string, address: string): Omit<Choice, 'run'>[] {
  if (kind === 'endpoint')
    return [
      { id: `${address}?tab=try`, label: `Try ${label} with a record`, detail: 'action' },
      {
        id: `${address}?tab=drift`,
        label: `Compare what ${label} sees with its reference`,
        detail: 'action',
      },
      { id: `${address}?tab=performance`, label: `See how ${label} performs`, detail: 'action' },
      { id: `${address}?tab=rollouts`, label: `See the rollouts of ${label}`, detail: 'action' },
    ];
  if (kind === 'run')
    return [
      { id: `${address}?tab=log`, label: `Read the log of ${label}`, detail: 'action' },
      { id: `${address}?tab=reproduce`, label: `Reproduce ${label}`, detail: 'action' },
    ];
  if (kind === 'alert') return [{ id: `${address}#acts`, label: `Acknowledge “${label}”`, detail: 'action' }];
  if (kind === 'improvement')
    return [{ id: `${address}#acts`, label: `Decide about ${label}`, detail: 'action' }];
  return [];
}

function useDelayed(text: string, milliseconds: number): string {
  const [delayed, setDelayed] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(text), milliseconds);
    return () => clearTimeout(timer);
  }, [text, milliseconds]);
  return delayed;
}
