import type { CheckedTarget, CheckedViolation, ModelCheck } from '../../domain/model-check.ts';
import { checkSentence, violationWords, waiverWords } from '../check/words.ts';
import { shortenMiddle } from '../display-width.ts';
import { visible } from '../escape.ts';
import { ruleWords } from '../failure-block.ts';
import { attribute, type Outcome, totals } from './xml.ts';

const NAME_COLUMNS = 200;

interface Test {
  readonly name: string;
  readonly outcome: Outcome;
  readonly message: string;
}

/**
 * A check as JUnit: a testsuite per target, and a test for each limit of which base and head say different things. What head breaks
 * failed, what cannot be told is an error, and what base has too is skipped.
 */
export function* checkSuites(check: ModelCheck): Generator<string> {
  const suites = check.targets.map((target) => ({ target, tests: testsOf(target) }));
  const all = suites.flatMap(({ tests }) => tests);
  const isTold = all.some(({ outcome }) => outcome === 'error');
  const undecided: Test[] =
    check.exitCode === 3 && !isTold
      ? [{ name: 'verdict', outcome: 'error', message: checkSentence(check) }]
      : [];
  const counts = totals([...all, ...undecided].map(({ outcome }) => outcome)).replace(/ skipped="\d+"/, '');
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="fleetdiff check ${attribute(check.head.run)}"${counts}>\n`;
  for (const { target, tests } of suites)
    yield suiteXml(`${target.target} · ${target.suite}`, `${target.suite}.${target.target}`, tests);
  if (undecided.length > 0) yield suiteXml('fleetdiff', 'fleetdiff', undecided);
  yield '</testsuites>\n';
}

function testsOf(target: CheckedTarget): Test[] {
  const { newViolations, unknown, accepted, still, fixed, skipped } = target;
  const tests: Test[] = [
    ...newViolations.map((each) => testOf(each, 'failure', brokenWords(each))),
    ...unknown.map(
      (why, at): Test => ({ name: `captures ${at + 1}`, outcome: 'error', message: visible(why) }),
    ),
    ...accepted.map((each) => testOf(each, 'skipped', `accepted with head: ${violationWords(each)}`)),
    ...still.map((each) => testOf(each, 'skipped', `over budget before and after: ${violationWords(each)}`)),
    ...fixed.map((each) => testOf(each, 'passed', '')),
    ...(skipped === undefined
      ? []
      : [{ name: 'capture', outcome: 'skipped' as const, message: visible(skipped) }]),
  ];
  return tests.length > 0 ? tests : [{ name: 'head breaks nothing', outcome: 'passed', message: '' }];
}

/** Readers take two tests of one name for one: the verdict's id tells apart what was cut. */
function testOf(violation: CheckedViolation, outcome: Outcome, message: string): Test {
  const { case: name, tensor, metric, id } = violation;
  const parts = [name, tensor].filter((part) => part !== '*');
  const full = [...parts, metric].map(visible).join(' · ');
  const short = shortenMiddle(full, NAME_COLUMNS);
  return { name: short === full ? full : `${short} (${visible(id)})`, outcome, message };
}

function brokenWords(violation: CheckedViolation): string {
  const why = waiverWords(violation);
  return [violationWords(violation), ...(why === undefined ? [] : [why]), ruleWords(violation.rule)].join(
    '; ',
  );
}

function suiteXml(name: string, className: string, tests: readonly Test[]): string {
  const counts = totals(tests.map(({ outcome }) => outcome));
  return [
    `  <testsuite name="${attribute(name)}"${counts} time="0">`,
    ...tests.map((test) => testXml(test, attribute(className))),
    '  </testsuite>',
    '',
  ].join('\n');
}

function testXml({ name, outcome, message }: Test, className: string): string {
  const head = `    <testcase classname="${className}" name="${attribute(name)}" time="0"`;
  if (outcome === 'passed') return `${head}/>`;
  const said = attribute(message);
  const bodies = {
    failure: `<failure type="BROKEN" message="${said}">${said}</failure>`,
    error: `<error type="INCOMPLETE" message="${said}"/>`,
    skipped: `<skipped message="${said}"/>`,
  };
  return `${head}>${bodies[outcome]}</testcase>`;
}
