import { type PlotOptions, plot } from '@observablehq/plot';
import { useEffect, useRef, useState } from 'preact/hooks';

interface ChartProps {
  /** What the chart shows, for somebody who cannot see it. */
  readonly label: string;
  /** Made anew when the width or `inputs` change. Colours are the page's own: `currentColor`, `var(--bad)`. */
  readonly options: (width: number) => PlotOptions;
  /** What `options` depends on. */
  readonly inputs: readonly unknown[];
}

/** A chart of Observable Plot as wide as its place. Its style sheet is let through by the page's policy (html/plot-style.ts). */
export function Chart({ label, options, inputs }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current!;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what its options depend on
  useEffect(() => {
    if (width === 0) return;
    const drawn = plot({ ...options(width), width, ariaLabel: label });
    drawn.setAttribute('role', 'img');
    // Plot names its groups; inside of one image nobody hears them, and ARIA allows a bare group no name.
    for (const group of drawn.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label');
    place.current!.replaceChildren(drawn);
  }, [width, label, ...inputs]);
  return <div class="chart" ref={place} />;
}
