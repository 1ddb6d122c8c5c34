interface Props {
  label: string;
  value: string;
  options: readonly { value: string; text: string }[];
  choose: (value: string) => void;
}

/** One of several, its name beside it. */
export function LabelledSelect({ label, value, options, choose }: Props) {
  return (
    <label className="row">
      <span className="quiet small">{label}</span>
      <select
        className="plain-select"
        value={value}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}
