import type { TargetVerdicts, Verdict, VerdictBody, Verdicts } from './run-files.ts';
import { STATUSES } from './run-files.ts';
import { withVerdictId } from './verdict-id.ts';

/** Verdicts as they are made and read: a list that targets share is held once, and a verdict of each is made when somebody asks for it. */
export function verdictsByTarget(
  head: Omit<Verdicts, 'verdicts' | 'ofTargets'>,
  lists: readonly Pick<TargetVerdicts, 'suite' | 'target' | 'said'>[],
): Verdicts {
  const openOf = new Map<readonly VerdictBody[], readonly VerdictBody[]>();
  const ofTargets = lists.map(({ suite, target, said }) => {
    const open = openOf.get(said) ?? said.filter(({ status }) => status !== 'PASS');
    openOf.set(said, open);
    return { suite, target, said, open: open.map((body) => verdictOf(body, target)) };
  });
  let all: readonly Verdict[] | undefined;
  const made = {
    ...head,
    get verdicts() {
      all ??= worstFirst(ofTargets);
      return all;
    },
  };
  // Said once is enough: as JSON it is verdicts.json.
  return Object.defineProperty(made, 'ofTargets', { value: ofTargets });
}

function worstFirst(ofTargets: readonly TargetVerdicts[]): Verdict[] {
  return STATUSES.flatMap((status) =>
    ofTargets.flatMap(({ target, said }) =>
      said.flatMap((body) => (body.status === status ? [verdictOf(body, target)] : [])),
    ),
  );
}

function verdictOf({ suite, case: name, ...rest }: VerdictBody, target: string): Verdict {
  return withVerdictId({ suite, case: name, target, ...rest });
}
