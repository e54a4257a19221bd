import { useReport } from '../../data/report.ts';
import { Name } from '../../parts/name.tsx';
import { hashOf, type Location, type Route } from '../../route.ts';
import { NoSuchTarget } from '../target/target-view.tsx';
import './tensor.css';
import { TensorPage } from './tensor-page.tsx';

type TensorRoute = Extract<Route, { view: 'tensor' }>;

/** One tensor of one suite on one target, of all cases or of one. */
export function TensorView({ route }: { readonly route: TensorRoute; readonly location: Location }) {
  const report = useReport();
  const { suite, target, tensor, case: name } = route;
  const index = report.targetIndex(suite, target);
  if (index === undefined) return <NoSuchTarget suite={suite} target={target} />;
  const entry = report.sheet(report.head.targets[index]!).find(({ head }) => head.tensor === tensor);
  if (entry === undefined) return <NoSuchTensor route={route} />;
  return (
    <TensorPage
      key={hashOf(route)}
      index={index}
      entry={entry.id}
      {...(name === undefined ? {} : { caseName: name })}
    />
  );
}

function NoSuchTensor({ route: { suite, target, tensor } }: { readonly route: TensorRoute }) {
  return (
    <section>
      <h1>Nothing of this tensor</h1>
      <p>
        Nothing was compared or judged of <Name>{tensor}</Name> on <Name>{target}</Name>.{' '}
        <a href={hashOf({ view: 'target', suite, target })}>Go to the target.</a>
      </p>
    </section>
  );
}
