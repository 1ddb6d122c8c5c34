import { armColours } from './arm-colours.ts';

interface Props {
  arm: string;
  /** All arms of the endpoint: they share out the colours. */
  among: readonly string[];
}

/** An arm with its colour in the pictures. */
export function ArmName({ arm, among }: Props) {
  return (
    <span className="arm-name">
      <svg width="10" height="10" aria-hidden="true">
        <circle cx="5" cy="5" r="5" fill={`var(${armColours(among).get(arm) ?? '--idle'})`} />
      </svg>
      {arm}
    </span>
  );
}
