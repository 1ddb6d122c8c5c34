interface Props {
  label: string;
  chosen: readonly string[];
  /** What can be added. */
  known: readonly string[];
  choose: (chosen: readonly string[]) => void;
  most?: number;
}

/** Chosen keys, each to be left out or moved forward, and a list to add from. */
export function KeyChips({ label, chosen, known, choose, most = 12 }: Props) {
  const rest = known.filter((key) => !chosen.includes(key));
  const forward = (index: number) =>
    choose([...chosen.slice(0, index - 1), chosen[index], chosen[index - 1], ...chosen.slice(index + 1)]);
  return (
    <div className="row">
      <ul className="row" aria-label={label}>
        {chosen.map((key, index) => (
          <li key={key} className="chip">
            {index === 0 ? null : (
              <button type="button" aria-label={`Move ${key} forward`} onClick={() => forward(index)}>
                ←
              </button>
            )}
            <code>{key}</code>
            <button
              type="button"
              aria-label={`Leave out ${key}`}
              onClick={() => choose(chosen.filter((one) => one !== key))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {rest.length === 0 || chosen.length >= most ? null : (
        <select
          className="plain-select"
          aria-label={`Add to ${label}`}
          value=""
          onChange={({ currentTarget }) => choose([...chosen, currentTarget.value])}
        >
          <option value="">add …</option>
          {rest.map((key) => (
            <option key={key} value={key}>
              {key}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
