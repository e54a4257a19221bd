import { useEffect, useId, useState } from 'preact/hooks';
import { visible } from '../../../escape.ts';
import type { TargetHead } from '../../../page-data/page-data.ts';
import { nameText } from '../../../wording.ts';
import { titleText } from '../../parts/name.tsx';
import { hashOf, type Route } from '../../route.ts';

type CompareRoute = Extract<Route, { view: 'compare' }>;

/** Two targets to choose by typing a part of the name, and a button that turns them round. */
export function SidePicker({
  route,
  targets,
}: {
  readonly route: CompareRoute;
  readonly targets: readonly TargetHead[];
}) {
  const list = useId();
  const go = (change: Pick<CompareRoute, 'reference' | 'candidate'>) => {
    window.location.hash = hashOf({ ...withoutSides(route), ...change });
  };
  const { reference, candidate } = route;
  return (
    <search class="sides">
      <SideInput
        label="First target"
        list={list}
        value={reference}
        targets={targets}
        onChoose={(chosen) => go({ reference: chosen, ...(candidate === undefined ? {} : { candidate }) })}
      />
      <button
        type="button"
        class="small"
        disabled={reference === undefined || candidate === undefined}
        onClick={() => go({ reference: candidate!, candidate: reference! })}
      >
        <span aria-hidden="true">⇄</span> Swap
      </button>
      <SideInput
        label="Second target"
        list={list}
        value={candidate}
        targets={targets}
        onChoose={(chosen) => go({ ...(reference === undefined ? {} : { reference }), candidate: chosen })}
      />
      <datalist id={list}>
        {targets.map(({ target, soc }) => (
          <option key={target} value={visible(target)} label={nameText(`${target}, ${soc}`)} />
        ))}
      </datalist>
    </search>
  );
}

function SideInput({
  label,
  list,
  value = '',
  targets,
  onChoose,
}: {
  readonly label: string;
  readonly list: string;
  readonly value: string | undefined;
  readonly targets: readonly TargetHead[];
  readonly onChoose: (target: string) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(visible(value));
  const [problem, setProblem] = useState('');
  useEffect(() => {
    setTyped(visible(value));
    setProblem('');
  }, [value]);
  const choose = (text: string) => {
    setTyped(text);
    const found = targetNamed(text, targets);
    setProblem(found !== undefined || text === '' ? '' : `No target is called "${nameText(text)}".`);
    if (found !== undefined && found !== value) onChoose(found);
  };
  return (
    <div class="side">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        list={list}
        value={typed}
        autocomplete="off"
        spellcheck={false}
        title={titleText(typed)}
        {...(problem === '' ? {} : { 'aria-invalid': 'true', 'aria-describedby': `${id}-problem` })}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <span class="problem" id={`${id}-problem`} role="status">
        {problem}
      </span>
    </div>
  );
}

/** By its whole name as the page spells it, or by a part that no other target has. */
function targetNamed(text: string, targets: readonly TargetHead[]): string | undefined {
  const whole = targets.find(({ target }) => visible(target) === text);
  if (whole !== undefined) return whole.target;
  const wanted = text.trim().toLowerCase();
  const found = targets.filter(({ target }) => visible(target).toLowerCase().includes(wanted));
  return wanted !== '' && found.length === 1 ? found[0]!.target : undefined;
}

function withoutSides({ reference: _reference, candidate: _candidate, ...rest }: CompareRoute): CompareRoute {
  return rest;
}
