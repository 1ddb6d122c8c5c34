import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

/** A colour or font of the theme by its name, such as `--quiet`. */
export type Themed = (name: string) => string;

export interface PlotPlan {
  options: Omit<uPlot.Options, 'width' | 'height'>;
  data: uPlot.AlignedData;
}

interface Props {
  /** The same function as long as the same is to be drawn. */
  plan: (themed: Themed) => PlotPlan;
  height: number;
}

/** A plot as wide as its place. Its colours are read from the theme once, so another theme makes another canvas. */
export function PlotCanvas(props: Props) {
  return <Canvas key={useComputedColorScheme('light')} {...props} />;
}

function Canvas({ plan, height }: Props) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const style = getComputedStyle(document.documentElement);
    const { options, data } = plan((name) => style.getPropertyValue(name).trim());
    const plot = new uPlot({ ...options, width: element.clientWidth, height }, data, element);
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [plan, height]);
  return <div ref={host} className="time-plot" />;
}

export function plotAxis(themed: Themed, more: Partial<uPlot.Axis>): uPlot.Axis {
  return {
    stroke: themed('--quiet'),
    font: `11px ${themed('--font')}`,
    grid: { stroke: themed('--grid'), width: 1 },
    ticks: { stroke: themed('--line-strong'), width: 1, size: 4 },
    ...more,
  };
}

/** What is under the cursor, written above the chart. */
export function plotReadout(words: (plot: uPlot, index: number) => readonly string[]): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = 'time-readout';
  return {
    hooks: {
      init: (plot: uPlot) => plot.over.append(box),
      setCursor: (plot: uPlot) => {
        const index = plot.cursor.idx;
        if (index === null || index === undefined || (plot.cursor.left ?? -1) < 0) {
          box.hidden = true;
          return;
        }
        box.hidden = false;
        box.textContent = words(plot, index).join(' · ');
      },
    },
  };
}
