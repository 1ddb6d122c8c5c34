import { lazy } from 'react';

/** A part of a page that is fetched when it is first shown. */
export function lazyPanel<Props>(
  load: () => Promise<(props: Props) => React.ReactNode>,
): React.LazyExoticComponent<(props: Props) => React.ReactNode> {
  return lazy(() => load().then((component) => ({ default: component })));
}
