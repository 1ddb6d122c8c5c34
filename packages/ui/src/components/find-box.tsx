interface Props {
  /** What is found, for those who cannot see where the field stands. */
  label: string;
  placeholder: string;
  words: string;
  find: (words: string) => void;
}

/** Narrows what is listed below it as words are typed. */
export function FindBox({ label, placeholder, words, find }: Props) {
  return (
    <input
      type="search"
      className="plain-input"
      aria-label={label}
      placeholder={placeholder}
      value={words}
      onChange={({ currentTarget }) => find(currentTarget.value)}
    />
  );
}
