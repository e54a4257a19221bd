import type { Comparisons, Plan, Verdicts } from '../../domain/run-files.ts';
import { writeHistoryRecord } from '../../store/history-record.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import { type Delivery, readableCaptures } from '../deliveries.ts';
import { toHistoryRun } from './to-history-run.ts';

/** What a history keeps of a run is put down when it is judged, while all of it is at hand: history.json. */
export async function writeRecord(
  run: RunFolder,
  plan: Plan,
  deliveries: readonly Delivery[],
  comparisons: Comparisons,
  verdicts: Verdicts,
): Promise<void> {
  const captured = deliveries.flatMap((each) => (each.status === 'captured' ? [each.capture] : []));
  const others = deliveries.flatMap((each) => (each.status === 'captured' ? [] : [each.planned]));
  const captures = [...captured, ...(await readableCaptures(run, others))];
  await writeHistoryRecord(run, toHistoryRun({ plan, captures, comparisons, verdicts }));
}
