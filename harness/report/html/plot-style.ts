/** What Observable Plot 0.6.17 puts into each chart as a <style> of its own (its plot.js); the page's policy lets this text through. */
export const PLOT_STYLE = `:where(.plot-d6a7b5) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.plot-d6a7b5 text),
:where(.plot-d6a7b5 tspan) {
  white-space: pre;
}`;
