import { useEffect, useRef, useState } from 'react';

/** The width an element has on screen, so that a picture is drawn at it and its letters stay their size. */
export function useWidth<Kind extends HTMLElement>(
  otherwise: number,
): [React.RefObject<Kind | null>, number] {
  const element = useRef<Kind>(null);
  const [width, setWidth] = useState(otherwise);
  useEffect(() => {
    if (element.current === null) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, width];
}
