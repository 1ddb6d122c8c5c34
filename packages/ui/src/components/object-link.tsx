import { Link } from '@tanstack/react-router';
import type { Pointer } from '../api/answers.ts';
import { addressOf } from '../app/stages.ts';

/** A link to an object of the record; plain text where there is no page of it. */
export function ObjectLink({ to, children }: { to: Pointer | null; children: React.ReactNode }) {
  return to === null ? <span>{children}</span> : <Link to={addressOf(to)}>{children}</Link>;
}
