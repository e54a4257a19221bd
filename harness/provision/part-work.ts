import type { Machine } from './machine.ts';

/** What making a part in a project's folder takes. `scratch` is an empty folder that is thrown away afterwards. */
export interface PartWork {
  readonly workFolder: string;
  readonly scratch: string;
  readonly machine: Machine;
  readonly signal?: AbortSignal | undefined;
}
