import { CopyText } from './copy-text.tsx';

interface Props {
  title: string;
  children?: React.ReactNode;
  /** What to type next. */
  command?: string | null | undefined;
}

/** Says why there is nothing, and what would change that. */
export function EmptyState({ title, children, command }: Props) {
  return (
    <div className="empty-state">
      <p>
        <strong>{title}</strong>
      </p>
      {children === undefined ? null : <p className="quiet">{children}</p>}
      {command ? <CopyText text={command} label="command" /> : null}
    </div>
  );
}
