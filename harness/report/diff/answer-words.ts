import type { Flip } from '../../domain/run-files.ts';
import { count } from '../format-number.ts';
import { nameText } from '../wording.ts';
import type { DiffRow } from './diff-result.ts';

/** "3 of 50 answers change (1 near tie)"; undefined where there is no task or none changes. */
export function changedAnswers({ tensor: { decisions } }: DiffRow): string | undefined {
  if (decisions === undefined) return undefined;
  const { flips, near_ties: nearTies, samples } = decisions;
  const changed = flips + nearTies;
  if (changed === 0) return undefined;
  const words = `${changed} of ${samples} answers ${changed === 1 ? 'changes' : 'change'}`;
  return nearTies === 0 ? words : `${words} (${count(nearTies, 'near tie')})`;
}

/** "#12: class 4 → 9"; the row where a case has many. */
export function flipWords({ sample, reference, candidate }: Flip): string {
  const at = sample.lastIndexOf('#');
  return `${nameText(at < 0 ? sample : sample.slice(at))}: class ${reference.class} → ${candidate.class}`;
}
