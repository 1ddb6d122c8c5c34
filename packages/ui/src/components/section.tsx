import { useId } from 'react';

interface Props {
  title: string;
  /** What the section says, in a sentence. */
  says?: React.ReactNode;
  actions?: React.ReactNode;
  children: React.ReactNode;
}

/** A part of a page with its heading. */
export function Section({ title, says, actions, children }: Props) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {says === undefined ? null : <p className="quiet">{says}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}
