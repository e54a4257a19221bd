import { useMemo, useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import { nameText } from '../../../wording.ts';
import { useReport } from '../../data/report.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Name } from '../../parts/name.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import { type AnswerGroup, answerGroups } from './other-targets.ts';

const GROUPS = 8;
const NAMES = 24;

/** The same tensor on every target of the suite, by what they answered. */
export function OtherTargets({ index, entry }: { readonly index: number; readonly entry: number }) {
  const { head } = useReport();
  const { suite } = head.targets[index]!;
  const { tensor } = head.entries[entry]!;
  const [shown, setShown] = useState(GROUPS);
  const groups = useMemo(() => {
    const all = answerGroups(head, suite, tensor);
    // This target's own answer first.
    return all.toSorted((left, right) => Number(right.entry === entry) - Number(left.entry === entry));
  }, [head, suite, tensor, entry]);
  const targets = groups.reduce((sum, group) => sum + group.targets.length, 0);
  if (targets < 2) return null;
  return (
    <section>
      <h2>{tensor === '*' ? 'Other targets' : 'The same output on other targets'}</h2>
      <p class="quiet">
        {count(targets, 'target')}, {count(groups.length, 'different answer')}.
      </p>
      <ul class="answer-groups">
        {groups.slice(0, shown).map((group) => (
          <Group
            key={`${group.entry} ${group.mark}`}
            group={group}
            index={index}
            own={group.entry === entry}
            tensor={tensor}
          />
        ))}
      </ul>
      <MoreButton shown={shown} of={groups.length} page={GROUPS * 4} onMore={setShown} />
    </section>
  );
}

interface GroupProps {
  readonly group: AnswerGroup;
  readonly index: number;
  /** This target is in it. */
  readonly own: boolean;
  readonly tensor: string;
}

function Group({ group, index, own, tensor }: GroupProps) {
  const { head } = useReport();
  const [all, setAll] = useState(false);
  const here = head.targets[index]!;
  const suite = head.suites[here.suite]?.name ?? '';
  const shown = all ? group.targets : group.targets.slice(0, NAMES);
  const [first] = group.targets;
  return (
    <li>
      <div>
        <MarkLabel mark={group.mark} />
      </div>
      <div>
        <div class="small quiet">
          {tensor === '*' ? count(group.targets.length, 'target') : bytesWords(group, own)}
          {own || first === undefined || tensor === '*' ? undefined : (
            <>
              {' · '}
              <a
                href={hashOf({
                  view: 'compare',
                  suite,
                  reference: head.targets[first]!.target,
                  candidate: here.target,
                  tensor,
                })}
              >
                compare with this target
              </a>
            </>
          )}
        </div>
        <div class="names">
          {shown.map((each) =>
            each === index ? (
              <b key={each}>
                <Name columns={32}>{here.target}</Name>
              </b>
            ) : (
              <a
                key={each}
                href={hashOf({ view: 'tensor', suite, target: head.targets[each]!.target, tensor })}
              >
                <Name columns={32}>{head.targets[each]!.target}</Name>
              </a>
            ),
          )}
          {group.targets.length > shown.length ? (
            <button type="button" class="small" onClick={() => setAll(true)}>
              and {group.targets.length - shown.length} more
            </button>
          ) : undefined}
        </div>
      </div>
    </li>
  );
}

function bytesWords({ identical, class: name, targets }: AnswerGroup, own: boolean): string {
  const letter = name === undefined ? '' : `class ${nameText(name)}, `;
  const who = own && targets.length === 1 ? 'this target alone' : count(targets.length, 'target');
  return `${letter}${who}${identical ? ', bit-identical to the reference' : ''}`;
}
