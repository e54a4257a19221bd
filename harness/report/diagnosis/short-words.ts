import type { TargetDiagnosis } from '../../domain/diagnosis.ts';
import { nameText, proseText } from '../wording.ts';
import { errorWords } from './error-words.ts';

/** `Conv "c1", node 5 of 40 ("r1_q" off by 45 steps)`; undefined when nothing inside the graph differs. */
export function firstDivergenceWords({ firstDivergence: first }: TargetDiagnosis): string | undefined {
  if (first === null) return undefined;
  const { opType, node, index, of, tensor, metrics } = first;
  return `${nameText(opType)} "${nameText(node)}", node ${index + 1} of ${of} ("${nameText(tensor)}": ${errorWords(metrics)})`;
}

/** `U8S8 saturation; quantize with reduced range`; undefined when nothing was found at all. */
export function causeWords({ findings: [leading] }: TargetDiagnosis): string | undefined {
  if (leading === undefined) return undefined;
  if (leading.cause === 'unknown') return 'unknown';
  return `${proseText(leading.title)}. ${proseText(leading.remedy)}`;
}
