import type { SeriesPoint } from '../../api/answers.ts';

/** When another version began to serve most of the traffic, by the steps of a series. */
export function versionChanges(points: readonly SeriesPoint[]): { at: number; label: string }[] {
  return points
    .filter((point, index) => index > 0 && point.version !== points[index - 1].version)
    .map(({ start, version }) => ({ at: start, label: `version ${version}` }));
}
