import { useEffect, useRef } from 'react';

const KEYS: readonly [string, string][] = [
  ['1 – 9', 'answer the current question'],
  ['Enter', 'submit, and go to the next'],
  ['j', 'next item'],
  ['k', 'previous item'],
  ['u', 'undo the last answer'],
  ['s', 'skip: it comes again later'],
  ['x', 'it cannot be judged: somebody else is asked'],
  ['Tab', 'to the fields; Esc leaves a field'],
  ['m', 'in a text to mark: mark the selection'],
  ['?', 'this help'],
];

/** The keys, as a dialog. */
export function KeyHelp({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="keys-title" onClose={close}>
      <div className="stack">
        <h2 id="keys-title">Keys</h2>
        <dl className="facts">
          {KEYS.map(([key, words]) => (
            <div key={key} className="fact">
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <p>
          <button type="button" className="plain-button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </p>
      </div>
    </dialog>
  );
}
