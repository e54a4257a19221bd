import type { PartDefinition, PartId } from './parts.ts';

export interface PartStatus<Id extends string = PartId> {
  readonly id: Id;
  readonly title: string;
  readonly status: 'ok' | 'missing';
  readonly version?: string;
  readonly path?: string;
  /** One line: where it is from, or why it counts as missing. */
  readonly detail: string;
  /** What to type or do, one line each; empty when nothing is missing. */
  readonly remedy: readonly string[];
  readonly usedFor: string;
}

export function found(
  part: PartDefinition,
  where: { readonly path: string; readonly version?: string | undefined; readonly detail: string },
): PartStatus {
  const { id, title, usedFor } = part;
  const version = where.version === undefined ? {} : { version: where.version };
  return { id, title, status: 'ok', ...version, path: where.path, detail: where.detail, remedy: [], usedFor };
}

export function missing(part: PartDefinition, detail: string, remedy: readonly string[]): PartStatus {
  const { id, title, usedFor } = part;
  return { id, title, status: 'missing', detail, remedy, usedFor };
}
