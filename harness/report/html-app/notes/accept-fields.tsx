import type { ComponentChildren } from 'preact';
import { count, formatActualAndLimit } from '../../format-number.ts';
import { operatorSign } from '../../wording.ts';
import { Name } from '../parts/name.tsx';
import type { AcceptDraft, Problem } from './accept-draft.ts';
import type { FindingScope } from './use-scope.ts';
import type { WaivedMetric } from './waived-metrics.ts';
import type { WaiverCover } from './waiver-matches.ts';

interface AcceptFieldsProps {
  /** What the ids of the fields begin with. */
  readonly own: string;
  readonly draft: AcceptDraft;
  readonly metrics: readonly WaivedMetric[];
  readonly scope: FindingScope;
  readonly problems: readonly Problem[];
  readonly onChange: (draft: AcceptDraft) => void;
}

/** Whether the finding is accepted, and what its waiver says. */
export function AcceptFields(props: AcceptFieldsProps) {
  const { draft, onChange } = props;
  return (
    <fieldset>
      <legend>Accept</legend>
      <label class="choice">
        <input
          type="checkbox"
          checked={draft.wanted}
          onChange={(event) => onChange({ ...draft, wanted: event.currentTarget.checked })}
        />
        Accept this finding for a time: it becomes a waiver for budgets.yml
      </label>
      {draft.wanted ? <WaiverFields {...props} /> : undefined}
    </fieldset>
  );
}

function WaiverFields(props: AcceptFieldsProps) {
  const { draft, onChange } = props;
  return (
    <>
      <Field {...props} field="reason" label="Reason">
        {(attributes) => (
          <input
            {...attributes}
            value={draft.reason}
            onInput={(event) => onChange({ ...draft, reason: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="note-pair">
        <Field {...props} field="owner" label="Owner">
          {(attributes) => (
            <input
              {...attributes}
              value={draft.owner}
              onInput={(event) => onChange({ ...draft, owner: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field {...props} field="expires" label="Last day (UTC)">
          {(attributes) => (
            <input
              {...attributes}
              type="date"
              value={draft.expires}
              onInput={(event) => onChange({ ...draft, expires: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <MetricFields {...props} />
      <CoverFields {...props} />
    </>
  );
}

interface FieldProps extends AcceptFieldsProps {
  readonly field: Problem['field'];
  readonly label: string;
  readonly children: (attributes: Readonly<Record<string, string>>) => ComponentChildren;
}

function Field({ own, field, label, problems, children }: FieldProps) {
  const id = `${own}-${field}`;
  const problem = problems.find((each) => each.field === field);
  return (
    <div class="note-field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(problem === undefined ? {} : { 'aria-invalid': 'true', 'aria-describedby': `${id}-problem` }),
      })}
      <ProblemWords own={own} field={field} problems={problems} />
    </div>
  );
}

function ProblemWords({ own, field, problems }: Pick<FieldProps, 'own' | 'field' | 'problems'>) {
  const problem = problems.find((each) => each.field === field);
  if (problem === undefined) return null;
  return (
    <span class="problem" id={`${own}-${field}-problem`}>
      {problem.words}
    </span>
  );
}

/** Which of what is over budget is accepted, and how bad it may be from now on. */
function MetricFields({ own, draft, metrics, problems, onChange }: AcceptFieldsProps) {
  return (
    <fieldset tabIndex={-1} id={`${own}-metrics`}>
      <legend>Metrics</legend>
      {metrics.map(({ metric, verdict, limit }) => {
        const texts = formatActualAndLimit(metric, verdict.actual, verdict.limit);
        return (
          <label key={metric} class="choice">
            <input
              type="checkbox"
              checked={draft.metrics.includes(metric)}
              onChange={(event) =>
                onChange({
                  ...draft,
                  metrics: event.currentTarget.checked
                    ? [...draft.metrics, metric]
                    : draft.metrics.filter((each) => each !== metric),
                })
              }
            />
            <span>
              <Name>{metric}</Name>: found {texts.actual}, allowed {operatorSign(verdict.operator)}{' '}
              {texts.limit}
              <span class="quiet">
                {limit === undefined
                  ? '; no limit can hold this value, so the waiver sets none'
                  : `; waived ${verdict.operator === '>=' ? 'down' : 'up'} to ${limit}`}
              </span>
            </span>
          </label>
        );
      })}
      <ProblemWords own={own} field="metrics" problems={problems} />
    </fieldset>
  );
}

const COVERS: Readonly<Record<WaiverCover, string>> = {
  targets: 'only the targets that have it',
  isa: 'every target with these CPU features',
  tag: 'every target with the tag',
  soc: 'every target with the SoC, as devices.yml names it',
};

function CoverFields(props: AcceptFieldsProps) {
  const { own, draft, scope, onChange } = props;
  const covers: readonly WaiverCover[] = [
    'targets',
    'isa',
    ...(scope.tags.length > 0 ? ['tag' as const] : []),
    'soc',
  ];
  return (
    <fieldset>
      <legend>It covers</legend>
      {covers.map((cover) => (
        <label key={cover} class="choice">
          <input
            type="radio"
            name={`${own}-cover`}
            checked={draft.cover === cover}
            onChange={() => onChange({ ...draft, cover, value: suggested(cover, scope) })}
          />
          {COVERS[cover]}
          {cover === 'targets' ? ` (${count(scope.targets.length, 'target')})` : ''}
        </label>
      ))}
      {draft.cover === 'targets' ? undefined : (
        <Field {...props} field="value" label={VALUES[draft.cover]}>
          {(attributes) =>
            draft.cover === 'tag' ? (
              <select
                {...attributes}
                value={draft.value}
                onChange={(event) => onChange({ ...draft, value: event.currentTarget.value })}
              >
                {scope.tags.map((tag) => (
                  <option key={tag}>{tag}</option>
                ))}
              </select>
            ) : (
              <input
                {...attributes}
                value={draft.value}
                onInput={(event) => onChange({ ...draft, value: event.currentTarget.value })}
              />
            )
          }
        </Field>
      )}
    </fieldset>
  );
}

const VALUES: Readonly<Record<Exclude<WaiverCover, 'targets'>, string>> = {
  isa: 'Features, with ! for one that is lacking',
  tag: 'Tag',
  soc: 'SoC, as a glob',
};

function suggested(cover: WaiverCover, { isa, tags }: FindingScope): string {
  if (cover === 'isa') return isa;
  return cover === 'tag' ? (tags[0] ?? '') : '';
}
