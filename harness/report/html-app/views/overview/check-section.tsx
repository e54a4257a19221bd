import { count } from '../../../format-number.ts';
import { useReport } from '../../data/report.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf, type Route } from '../../route.ts';

/** What a changed model breaks that the one before did not; nothing in a run that is no check. */
export function CheckSection() {
  const { check } = useReport().head;
  if (check === undefined || check.lines.length === 0) return null;
  return (
    <ul class="checked small" aria-label="What the check found">
      {check.lines.map(({ suite, target, tensor, isUnknown, words }) => {
        const route: Route =
          tensor === undefined
            ? { view: 'target', suite, target }
            : { view: 'tensor', suite, target, tensor };
        return (
          <li key={`${target} ${tensor} ${words}`}>
            <MarkLabel mark={isUnknown ? 'INCOMPLETE' : 'FAIL'} word={isUnknown ? 'Cannot tell' : 'Broken'} />{' '}
            <span>
              <a class="target-name" href={hashOf(route)}>
                <Name columns={40}>{target}</Name>
              </a>
              : <Prose>{words}</Prose>
            </span>
          </li>
        );
      })}
      {check.more === 0 ? undefined : <li class="quiet">{count(check.more, 'more line')}: summary.md</li>}
    </ul>
  );
}
