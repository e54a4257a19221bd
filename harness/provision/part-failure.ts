/** Why one part could not be provided, in lines for people. Expected trouble: it becomes that part's detail. */
export class PartFailure extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join(' '));
    this.name = 'PartFailure';
    this.lines = lines;
  }
}
