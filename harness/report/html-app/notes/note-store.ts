import { type Note, noteKey, saysNothing } from './note.ts';
import { readNotes, writeNotes } from './notes-file.ts';

/** Where a browser keeps texts. */
export type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'fleetdiff:notes:';

/** The notes on one run. Where the browser keeps nothing they last as long as the page is open, and `problem` says so. */
export class NoteStore {
  readonly #run: string;
  readonly #keeper: Keeper | undefined;
  readonly #followers = new Set<() => void>();
  #notes: ReadonlyMap<string, Note> = new Map();
  #problem: string | undefined;

  /** @param keeper undefined: this browser offers none */
  constructor(run: string, keeper: Keeper | undefined) {
    this.#run = run;
    this.#keeper = keeper;
    this.reload();
  }

  /** By `noteKey`, in the order in which they were first written. */
  get notes(): ReadonlyMap<string, Note> {
    return this.#notes;
  }

  /** Why the notes are not kept, or those of before could not be read. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get key(): string {
    return `${KEY}${this.#run}`;
  }

  /** What is kept, as another window of the same report may have changed it. */
  reload(): void {
    this.#problem = undefined;
    try {
      const text = this.#keeper?.getItem(this.key) ?? undefined;
      const notes = text === undefined ? [] : readNotes(text).notes;
      this.#notes = new Map(notes.map((note) => [noteKey(note), note]));
      if (this.#keeper === undefined) this.#problem = NOT_KEPT;
    } catch (error) {
      this.#problem = `The notes that this browser kept could not be read (${wordsOf(error)}) The next change replaces them.`;
    }
    this.#tell();
  }

  /** Replaces the note on the same finding; one that says nothing is taken away. */
  save(note: Note): void {
    const notes = new Map(this.#notes);
    if (saysNothing(note)) notes.delete(noteKey(note));
    else notes.set(noteKey(note), note);
    this.#keep(notes);
  }

  /** Of two notes on one finding the later one stays. @returns how many were taken */
  merge(notes: readonly Note[]): number {
    const merged = new Map(this.#notes);
    let taken = 0;
    for (const note of notes) {
      const own = merged.get(noteKey(note));
      if (saysNothing(note) || (own !== undefined && own.changedAt >= note.changedAt)) continue;
      merged.set(noteKey(note), note);
      taken += 1;
    }
    this.#keep(merged);
    return taken;
  }

  /** @returns ends it */
  follow(follower: () => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  #keep(notes: ReadonlyMap<string, Note>): void {
    this.#notes = notes;
    this.#problem = this.#keeper === undefined ? NOT_KEPT : undefined;
    try {
      if (notes.size === 0) this.#keeper?.removeItem(this.key);
      else this.#keeper?.setItem(this.key, writeNotes(this.#run, [...notes.values()]));
    } catch (error) {
      this.#problem = `${NOT_KEPT} (${wordsOf(error)})`;
    }
    this.#tell();
  }

  #tell(): void {
    for (const follower of this.#followers) follower();
  }
}

const NOT_KEPT =
  'This browser does not keep the notes: they are gone when the page is closed. Export them before.';

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
