import '../styles/forms.css';
import { Button, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Failure } from './failure.tsx';

interface Props {
  title: string;
  /** What will happen, with the evidence. */
  children: React.ReactNode;
  /** The word on the button that does it. */
  act: string;
  dangerous?: boolean;
  perform: (reason: string) => Promise<unknown>;
  close: () => void;
}

/** Asks once, shows the evidence, wants a reason. */
export function ActDialog({ title, children, act, dangerous = false, perform, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [state, setState] = useState<{ busy: boolean; error: Error | null }>({ busy: false, error: null });
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setState({ busy: true, error: null });
    try {
      await perform(reason.trim());
      dialog.current?.close();
    } catch (error) {
      setState({ busy: false, error: error as Error });
    }
  };
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="act-title" onClose={close}>
      <form onSubmit={submit} className="stack">
        <h2 id="act-title">{title}</h2>
        <div>{children}</div>
        <Textarea
          label="Reason"
          description="Kept in the record, with your name and the time."
          required
          autosize
          minRows={2}
          maxLength={2_000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {state.error === null ? null : <Failure error={state.error} />}
        <div className="row dialog-acts">
          <Button variant="default" onClick={() => dialog.current?.close()}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={state.busy}
            disabled={reason.trim() === ''}
            {...(dangerous ? { color: 'var(--danger)' } : {})}
          >
            {act}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
