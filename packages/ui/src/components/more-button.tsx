interface Props {
  /** Absent where there is no more. */
  more: (() => void) | undefined;
  children?: React.ReactNode;
}

/** Below a list that goes on. */
export function MoreButton({ more, children = 'Show more' }: Props) {
  if (more === undefined) return null;
  return (
    <p className="more">
      <button type="button" className="plain-button" onClick={more}>
        {children}
      </button>
    </p>
  );
}
