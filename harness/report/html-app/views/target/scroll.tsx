import type { ComponentChildren } from 'preact';

/** Scrolls sideways by itself, so that the page never does. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
