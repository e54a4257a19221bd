/** Work that Ctrl-C ended before it was done. Not a mistake and not a defect: the process says so and exits 130. */
export class Interrupted extends Error {
  /** @param kept what the work has left behind, in a sentence; none: nothing worth a word */
  constructor(kept = '') {
    super(`Interrupted. ${kept}`.trimEnd());
    this.name = 'Interrupted';
  }
}
