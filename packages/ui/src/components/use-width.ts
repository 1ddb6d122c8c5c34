import { useEffect, useRef, useState } from 'react';

/** The width an element has on screen, so that a picture is drawn at it and its letters stay their size. */
export function useWidth<Kind extends HTMLElement>(
  otherwise: number,
): [React.RefObject<Kind | null>, number] {
  const element = useRef<Kind>(null);
  const [width, setWidth] = useState(otherwise);
  useEffect(() => {
    if (element.current === null) return;
    const watch = new ResizeObserver(([entry]) => {
      const seen = Math.round(entry.contentRect.width);
      // Not laid out yet, or not shown.
      if (seen > 0) setWidth(seen);
    });
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, width];
}
