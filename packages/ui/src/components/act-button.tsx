import { lazy, Suspense, useState } from 'react';

const ActDialog = lazy(() => import('./act-dialog.tsx').then((module) => ({ default: module.ActDialog })));

interface Props {
  label: string;
  title: string;
  act: string;
  dangerous?: boolean;
  perform: (reason: string) => Promise<unknown>;
  /** What will happen, with the evidence. */
  children: React.ReactNode;
}

/** A button for what moves traffic, an alias or an alert: it asks before it acts. */
export function ActButton({ label, ...dialog }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="plain-button" onClick={() => setOpen(true)}>
        {label}
      </button>
      {open ? (
        <Suspense>
          <ActDialog {...dialog} close={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
