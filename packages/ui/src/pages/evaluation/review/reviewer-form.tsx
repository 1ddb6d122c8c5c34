import { useState } from 'react';

const KEY = 'airworthy-reviewer';

/** Who reviewed last on this machine. */
export function rememberedReviewer(): string {
  return localStorage.getItem(KEY) ?? '';
}

interface Props {
  choose: (reviewer: string) => void;
}

/** Asks who reviews: answers are kept by name, and nobody sees another's before giving their own. */
export function ReviewerForm({ choose }: Props) {
  const [name, setName] = useState(rememberedReviewer);
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    localStorage.setItem(KEY, name.trim());
    choose(name.trim());
  };
  return (
    <form className="card stack-tight" onSubmit={submit}>
      <label className="stack-tight">
        <span>
          <strong>Who reviews?</strong>{' '}
          <span className="quiet">
            Your answers are kept under this name; others’ are hidden from you until then.
          </span>
        </span>
        <input
          className="plain-input"
          value={name}
          required
          maxLength={100}
          autoComplete="name"
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <p>
        <button type="submit" className="plain-button" disabled={name.trim() === ''}>
          Begin
        </button>
      </p>
    </form>
  );
}
