/** Milliseconds → '0.8 s', '2 min 5 s', '3 h 12 min'. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The first characters of a digest or id, enough to recognise it. */
export function short(digest: string): string {
  return digest.slice(0, 12);
}
