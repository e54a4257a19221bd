import { groupByTarget } from './group-by.ts';
import type { TargetVerdicts, Verdict, VerdictBody, Verdicts } from './run-files.ts';

/** What is said of each suite on each target, in the run's order. */
export function targetVerdicts(verdicts: Verdicts): readonly TargetVerdicts[] {
  if (verdicts.ofTargets !== undefined) return verdicts.ofTargets;
  const groups = groupByTarget(verdicts.verdicts, ({ suite, target }) => JSON.stringify([suite, target]));
  return [...groups.values()].map((own) => {
    const { suite, target } = own[0]!;
    return { suite, target, said: own.map(bodyOf), open: own.filter(({ status }) => status !== 'PASS') };
  });
}

export function bodyOf({ id: _, target: _target, ...body }: Verdict): VerdictBody {
  return body;
}
