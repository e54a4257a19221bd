import { usePart, useReport } from '../../data/report.ts';
import { Name } from '../../parts/name.tsx';
import { SuiteLinks } from '../../parts/suite-links.tsx';
import { hashOf, type Location, type Route } from '../../route.ts';
import { ClassList } from './class-list.tsx';
import { agreementWords } from './class-matrix.ts';
import './classes.css';
import { MatrixTable } from './matrix-table.tsx';
import { RepeatabilitySection } from './repeatability-section.tsx';
import { TensorClassesList } from './tensor-classes.tsx';

interface ClassesViewProps {
  readonly route: Extract<Route, { view: 'classes' }>;
  readonly location: Location;
}

/** Which targets agree bit for bit, in all outputs together or in one. */
export function ClassesView({ route }: ClassesViewProps) {
  const { head } = useReport();
  const index = head.suites.findIndex(({ name }) => name === route.suite);
  if (index < 0) {
    return (
      <section class="top">
        <h1>Classes</h1>
        <p>
          This run has no suite <Name>{route.suite}</Name>.{' '}
          <a href={hashOf({ view: 'overview' })}>Go to the overview.</a>
        </p>
      </section>
    );
  }
  return route.tensor === undefined ? (
    <OverallClasses suite={index} />
  ) : (
    <OneTensor suite={index} tensor={route.tensor} />
  );
}

function OverallClasses({ suite: index }: { readonly suite: number }) {
  const { head } = useReport();
  const suite = head.suites[index]!;
  const part = usePart(`classes-${index}`);
  const tensors = part.status === 'ready' ? (part.data ?? []) : [];
  const silent = head.targets.filter(
    (target, position) =>
      target.suite === index &&
      target.role === 'candidate' &&
      !suite.classes.some(({ targets }) => targets.includes(position)),
  ).length;
  return (
    <>
      <section class="top">
        <SuiteLinks current={suite.name} to={(name) => ({ view: 'classes', suite: name })} />
        <h1>Who agrees bit for bit</h1>
        <p>
          {agreementWords(suite.classes)}
          {silent === 0 ? '' : ` ${silent} more gave no answer.`}
        </p>
        <p class="small quiet">
          Targets beside one letter gave exactly the same bytes for every case. The filled letter holds the
          reference's own bytes.
        </p>
        <ClassList suite={suite.name} classes={suite.classes} />
      </section>
      {tensors.length < 2 ? undefined : (
        <section>
          <h2>By tensor</h2>
          <p class="small quiet">
            In one column the same letter is the same bytes; letters of different columns have nothing to do
            with each other.
          </p>
          <MatrixTable suite={suite.name} overall={suite.classes} tensors={tensors} />
        </section>
      )}
      <RepeatabilitySection suite={index} />
    </>
  );
}

function OneTensor({ suite: index, tensor }: { readonly suite: number; readonly tensor: string }) {
  const { head } = useReport();
  const suite = head.suites[index]!.name;
  const tensors = usePart(`classes-${index}`);
  const found =
    tensors.status === 'loading' ? undefined : tensors.data?.find((each) => each.tensor === tensor);
  return (
    <section class="top">
      <p class="small">
        <a href={hashOf({ view: 'classes', suite })}>All outputs together</a>
      </p>
      <h1>
        Who agrees on <Name>{tensor}</Name>
      </h1>
      {tensors.status === 'loading' ? (
        <p>Reading …</p>
      ) : found === undefined ? (
        <p>No target of this run was compared in this tensor.</p>
      ) : (
        <>
          <p>{agreementWords(found.classes)}</p>
          <TensorClassesList suite={suite} tensor={tensor} classes={found.classes} />
        </>
      )}
    </section>
  );
}
