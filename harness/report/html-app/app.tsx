import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { formatDuration, formatShare } from '../format-number.ts';
import { type Report, ReportContext, useReport } from './data/report.ts';
import { NotesCount } from './notes/notes-count.tsx';
import { Name } from './parts/name.tsx';
import { MarkSymbols } from './parts/status-mark.tsx';
import { ThemeButton } from './parts/theme-button.tsx';
import { hashOf, type Location, type Route, useLocation } from './route.ts';
import { titleOf } from './title.ts';
import { ClassesView } from './views/classes/classes-view.tsx';
import { CompareView } from './views/compare/compare-view.tsx';
import { NotesView } from './views/notes/notes-view.tsx';
import { OverviewView } from './views/overview/overview-view.tsx';
import { TargetView } from './views/target/target-view.tsx';
import { TensorView } from './views/tensor/tensor-view.tsx';
import './app.css';

export function App({ report }: { readonly report: Report }) {
  const location = useLocation();
  return (
    <ReportContext.Provider value={report}>
      <MarkSymbols />
      <button type="button" class="skip" onClick={focusMain}>
        Skip to content
      </button>
      <header class="bar">
        <div>
          <a class="brand" href={hashOf({ view: 'overview' })}>
            fleetdiff
          </a>{' '}
          <span class="quiet small">
            run <Name columns={40}>{report.head.run}</Name>
          </span>
        </div>
        <Navigation route={location.route} />
        <ThemeButton />
      </header>
      <Main location={location}>
        <Defects key={hashOf(location.route)}>
          <View location={location} />
        </Defects>
      </Main>
      <Footer />
    </ReportContext.Provider>
  );
}

/** A defect of one view leaves the others. */
function Defects({ children }: { readonly children: ComponentChildren }) {
  const [error] = useErrorBoundary();
  if (error === undefined) return <>{children}</>;
  return (
    <section>
      <h1>This view could not be shown</h1>
      <p>
        That is a defect of fleetdiff: <Name columns={200}>{String(error)}</Name>. The other views and the
        files beside this report are not touched by it.
      </p>
    </section>
  );
}

/** A new view starts at its top, and a screen reader hears its title. */
function Main({ location, children }: { readonly location: Location; readonly children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null);
  const ownTitle = useRef(document.title);
  const title = titleOf(location.route);
  const shown = hashOf(location.route);
  const first = useRef(shown);
  useEffect(() => {
    document.title = title ?? ownTitle.current;
  }, [title]);
  useEffect(() => {
    if (first.current === shown) return;
    first.current = '';
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [shown]);
  return (
    <main id="main" tabIndex={-1} ref={main}>
      {children}
    </main>
  );
}

/** No link: the fragment belongs to the routes. */
function focusMain() {
  document.getElementById('main')?.focus();
}

function Navigation({ route }: { readonly route: Route }) {
  const { head } = useReport();
  const suite = 'suite' in route ? route.suite : (head.suites[0]?.name ?? '');
  const links: readonly { readonly to: Route; readonly words: string }[] = [
    { to: { view: 'overview' }, words: 'Overview' },
    { to: { view: 'classes', suite }, words: 'Classes' },
    { to: { view: 'compare', suite }, words: 'Compare' },
    { to: { view: 'notes' }, words: 'Notes' },
  ];
  return (
    <nav aria-label="Views">
      {links.map(({ to, words }) => (
        <a key={words} href={hashOf(to)} {...(to.view === route.view ? { 'aria-current': 'page' } : {})}>
          {words}
          {to.view === 'notes' ? <NotesCount /> : undefined}
        </a>
      ))}
    </nav>
  );
}

function View({ location }: { readonly location: Location }) {
  const { route } = location;
  switch (route.view) {
    case 'overview':
      return <OverviewView location={location} />;
    case 'target':
      return <TargetView route={route} location={location} />;
    case 'tensor':
      return <TensorView route={route} location={location} />;
    case 'classes':
      return <ClassesView route={route} location={location} />;
    case 'compare':
      return <CompareView route={route} location={location} />;
    case 'notes':
      return <NotesView location={location} />;
    case 'unknown':
      return (
        <section>
          <h1>No such view</h1>
          <p>
            This report has nothing at <Name>{route.hash}</Name>.{' '}
            <a href={hashOf({ view: 'overview' })}>Go to the overview.</a>
          </p>
        </section>
      );
  }
}

function Footer() {
  const { head } = useReport();
  const { timings } = head;
  return (
    <footer>
      <p>
        Elements differ when |candidate − reference| &gt; atol + rtol·|reference|. A near tie is a changed
        answer within the reference's own resolution. All numbers are in comparisons.json and divergence.csv
        beside this file.
      </p>
      <p>
        Planned {head.plannedAt}, judged {head.judgedAt}, fleetdiff {head.harness}.
        {timings === undefined
          ? ''
          : ` The run took ${formatDuration(timings.totalMs)}; in ${formatShare(timings.harnessMs / (timings.totalMs || 1), 2)} of it no device was at work.`}
      </p>
    </footer>
  );
}
