import { useEffect, useState } from 'preact/hooks';
import type { TargetDetail } from '../../page-data/page-data.ts';
import { TARGETS_PER_PART } from '../../page-data/page-data.ts';
import { type Report, useReport } from './report.ts';

/** Details of many targets, in the order of `indices`; undefined while they are read. */
export function useTargetDetails(
  indices: readonly number[],
): readonly (TargetDetail | undefined)[] | undefined {
  const report = useReport();
  const [, redraw] = useState(0);
  const ready = partsOf(indices).every((part) => report.loaded(`targets-${part}`) !== undefined);
  useEffect(() => {
    if (ready) return;
    let wanted = true;
    loadDetails(report, indices).then(() => wanted && redraw((times) => times + 1));
    return () => {
      wanted = false;
    };
  }, [report, indices, ready]);
  return ready ? indices.map((index) => detailOf(report, index)) : undefined;
}

async function loadDetails(report: Report, indices: readonly number[]): Promise<void> {
  await Promise.all(partsOf(indices).map((part) => report.load(`targets-${part}`)));
}

function detailOf(report: Report, index: number): TargetDetail | undefined {
  return report.loaded(`targets-${Math.floor(index / TARGETS_PER_PART)}`)?.[index % TARGETS_PER_PART];
}

function partsOf(indices: readonly number[]): number[] {
  return [...new Set(indices.map((index) => Math.floor(index / TARGETS_PER_PART)))];
}
