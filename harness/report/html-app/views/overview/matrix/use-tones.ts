import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Tones, tonesOf } from './paint-row.ts';

/** The theme's colours, read anew when the theme changes; undefined until the element is there. */
export function useTones(element: RefObject<Element | null>): Tones | undefined {
  const [tones, setTones] = useState<Tones>();
  useEffect(() => {
    const read = () => {
      if (element.current !== null) setTones(tonesOf(element.current));
    };
    read();
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', read);
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      system.removeEventListener('change', read);
      observer.disconnect();
    };
  }, [element]);
  return tones;
}
