import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBudgets, readBudgetsFile } from '../../harness/config/budgets-file.ts';
import { errorText } from './error-text.ts';

const HEAD = 'schema: fleetdiff/budgets@1\n';

/** A file with one rule, whose limits stand on line 4. */
const withLimits = (limits: string) => `${HEAD}rules:\n  - match: {}\n    limits: ${limits}\n    reason: r\n`;

/** A file with one waiver, which starts on line 7. */
const withWaiver = (waiver: string) => `${withLimits('{max_abs: 1}')}waivers:\n  - ${waiver}\n`;

test('rules and waivers keep their order, their lines and their words', () => {
  const budgets = parseBudgets(
    `${HEAD}
rules:
  - match: {}
    limits: {max_steps: {fail: 2, warn: 1}, top1_agreement: {fail: 1.0}, sqnr_db: .inf}
    reason: rounding of requantization may move one step
    owner: "@vision"
  - match:
      tensor: "logits"
      delegate: "webgpu*"
    limits:
      max_abs: {warn: 0.5}
      top5_overlap: 0.8
      allow_nonfinite: true
    reason: fp16 accumulation
waivers:
  - match: {isa: "x86_64 !vnni", tensor: logits}
    metrics: [max_steps, top1_agreement]
    reason: U8S8 saturation
    owner: "@vision"
    expires: 2028-02-29
noiseFloor: {repeats: 3, factor: 4}
`,
    'suite/budgets.yml',
  );
  expect(budgets).toEqual({
    file: 'suite/budgets.yml',
    rules: [
      {
        match: {},
        limits: { max_steps: { fail: 2, warn: 1 }, top1_agreement: { fail: 1 }, sqnr_db: { fail: Infinity } },
        reason: 'rounding of requantization may move one step',
        owner: '@vision',
        place: { file: 'suite/budgets.yml', line: 4 },
      },
      {
        match: { tensor: 'logits', delegate: 'webgpu*' },
        limits: { max_abs: { warn: 0.5 }, top5_overlap: { fail: 0.8 } },
        allowNonfinite: true,
        reason: 'fp16 accumulation',
        place: { file: 'suite/budgets.yml', line: 8 },
      },
    ],
    waivers: [
      {
        match: { isa: 'x86_64 !vnni', tensor: 'logits' },
        metrics: ['max_steps', 'top1_agreement'],
        reason: 'U8S8 saturation',
        owner: '@vision',
        expires: '2028-02-29',
        place: { file: 'suite/budgets.yml', line: 17 },
      },
    ],
    noiseFloor: { repeats: 3, factor: 4 },
  });
});

const LOW_METRICS =
  '"max_abs", "mean_abs", "rmse", "bias", "max_rel", "mismatch_fraction", "max_ulp", "max_steps"';

describe('a bad budgets.yml is told by line, with what was expected and found', () => {
  test.for([
    [
      'a misspelt key',
      `${HEAD}rules:\n  - match: {}\n    limit: {max_abs: 1}\n    reason: r\n`,
      [
        'E_BUDGETS_SHAPE budgets.yml:4',
        'Unknown key "limit" in rules[0]; known keys are: "match", "limits", "reason", "owner".',
        'Did you mean "limits"?',
      ],
    ],
    [
      'a misspelt matcher',
      `${HEAD}rules:\n  - match: {tensr: a}\n    limits: {max_abs: 1}\n    reason: r\n`,
      [
        'E_BUDGETS_SHAPE budgets.yml:3',
        'Unknown key "tensr" in rules[0].match; known keys are: "suite", "case", "tensor", "device", "delegate", "soc", "tag", "isa".',
        'Did you mean "tensor"?',
      ],
    ],
    ['an empty file', '', ['E_BUDGETS_SHAPE budgets.yml:1', 'the file: expected a mapping; found nothing.']],
    [
      'mistakes in the order of their lines',
      `owner: me\n${withLimits('{max_abs: 1}')}noiseFloor: 3\n`,
      [
        'E_BUDGETS_SHAPE budgets.yml:1',
        'Unknown key "owner" in the file; known keys are: "schema", "rules", "waivers", "noiseFloor".',
        'Line 7: noiseFloor: expected a mapping; found 3.',
      ],
    ],
    [
      'a newer schema',
      'schema: fleetdiff/budgets@2\nrules: []\n',
      [
        'E_BUDGETS_SHAPE budgets.yml:1',
        'schema: expected "fleetdiff/budgets@1"; found "fleetdiff/budgets@2".',
        'Line 2: rules: expected at least one entry; found an empty list.',
        'Did you mean "fleetdiff/budgets@1"?',
      ],
    ],
    [
      'a metric with a typo',
      withLimits('{max_step: 2}'),
      [
        'E_BUDGET_UNKNOWN_METRIC budgets.yml:4',
        expect.stringContaining(`The rule limits metric "max_step", but the metrics are: ${LOW_METRICS}, `),
        'Did you mean "max_steps"?',
      ],
    ],
    [
      'a metric that is only shown',
      withLimits('{norm_ratio: 1}'),
      [
        'E_BUDGET_METRIC_INFORMS budgets.yml:4',
        '"norm_ratio" (length of the candidate / length of the reference) is shown in reports and never judged: it has no good direction to bound.',
        'take it out of the rule',
      ],
    ],
    [
      'a limit that is text',
      withLimits('{max_abs: "1"}'),
      [
        'E_BUDGETS_SHAPE budgets.yml:4',
        'rules[0].limits.max_abs: expected a number, or {fail: …, warn: …}; found "1".',
      ],
    ],
    [
      'a limit that is not a number',
      withLimits('{max_abs: {fail: .nan}}'),
      ['E_BUDGETS_SHAPE budgets.yml:4', 'rules[0].limits.max_abs.fail: expected a number; found NaN.'],
    ],
    [
      'a bare limit that is not a number',
      withLimits('{max_abs: .nan}'),
      ['E_BUDGETS_SHAPE budgets.yml:4', 'rules[0].limits.max_abs: expected a number; found NaN.'],
    ],
    [
      'a limit with a misspelt side',
      withLimits('{max_abs: {fial: 1}}'),
      [
        'E_BUDGETS_SHAPE budgets.yml:4',
        'Unknown key "fial" in rules[0].limits.max_abs; known keys are: "fail", "warn".',
        'Did you mean "fail"?',
      ],
    ],
    [
      'a limit with no side',
      withLimits('{max_abs: {}}'),
      [
        'E_BUDGETS_SHAPE budgets.yml:4',
        'rules[0].limits.max_abs: expected a number, or {fail: …, warn: …}; found a mapping.',
      ],
    ],
    [
      'no limits',
      withLimits('{}'),
      [
        'E_BUDGETS_SHAPE budgets.yml:4',
        'The rule has no limits, so it says nothing.',
        'give one, such as  limits: {max_abs: {fail: 0.01}}',
        'or take the rule out',
      ],
    ],
    [
      'a warning past the failure',
      withLimits('{max_steps: {fail: 1, warn: 2}}'),
      [
        'E_BUDGET_WARN_AFTER_FAIL budgets.yml:4',
        '"max_steps" warns at 2 but fails at 1 already (lower is better): the warning would never be seen.',
        'set warn below fail, or take it out',
      ],
    ],
    [
      'a warning past the failure, where high is good',
      withLimits('{sqnr_db: {fail: 30, warn: 20}}'),
      [
        'E_BUDGET_WARN_AFTER_FAIL budgets.yml:4',
        '"sqnr_db" warns at 20 but fails at 30 already (higher is better): the warning would never be seen.',
        'set warn above fail, or take it out',
      ],
    ],
    [
      'a limit that nothing can meet',
      withLimits('{top1_agreement: 1.5}'),
      [
        'E_BUDGET_LIMIT_UNREACHABLE budgets.yml:4',
        '"top1_agreement" is at most 1, so it cannot reach the limit 1.5.',
      ],
    ],
    [
      'a negative limit',
      withLimits('{max_abs: -0.1}'),
      [
        'E_BUDGET_LIMIT_UNREACHABLE budgets.yml:4',
        '"max_abs" is at least 0, so it cannot stay under the limit -0.1.',
      ],
    ],
    [
      'a key that stands twice',
      withLimits('{max_abs: 1, max_abs: 2}'),
      [
        'E_YAML_SYNTAX budgets.yml:4',
        'The key stands twice in one mapping; only one of the two would count.',
      ],
    ],
    [
      'an owner without quotes',
      `${HEAD}rules:\n  - match: {}\n    limits: {max_abs: 1}\n    reason: r\n    owner: @vision\n`,
      [
        'E_YAML_SYNTAX budgets.yml:6',
        'Not valid YAML: Plain value cannot start with reserved character @.',
        'put the value in double quotes',
      ],
    ],
    [
      'a rule with no reason',
      `${HEAD}rules:\n  - match: {}\n    limits: {max_abs: 1}\n`,
      ['E_BUDGETS_SHAPE budgets.yml:3', 'The key "reason" is missing in rules[0]; expected text.'],
    ],
    [
      'a waiver with no end and no owner',
      withWaiver('{match: {}, metrics: [max_abs], reason: r}'),
      [
        'E_BUDGETS_SHAPE budgets.yml:7',
        'The key "owner" is missing in waivers[0]; expected text.',
        'Line 7: The key "expires" is missing in waivers[0]; expected a day as YYYY-MM-DD.',
      ],
    ],
    [
      'a waiver until no day',
      withWaiver('{match: {}, metrics: [max_abs], reason: r, owner: o, expires: 2027-02-29}'),
      [
        'E_BUDGETS_SHAPE budgets.yml:7',
        'waivers[0].expires: expected a day of the calendar as YYYY-MM-DD; found "2027-02-29".',
      ],
    ],
    [
      'a waiver until a vague day',
      withWaiver('{match: {}, metrics: [max_abs], reason: r, owner: o, expires: next spring}'),
      [
        'E_BUDGETS_SHAPE budgets.yml:7',
        'waivers[0].expires: expected a day of the calendar as YYYY-MM-DD; found "next spring".',
      ],
    ],
    [
      'a waiver of an unknown metric',
      withWaiver('{match: {}, metrics: [max_abs, flip], reason: r, owner: o, expires: 2027-01-01}'),
      [
        'E_BUDGET_UNKNOWN_METRIC budgets.yml:7',
        expect.stringContaining('The waiver waives metric "flip", but the metrics are: '),
        'Did you mean "flips"?',
      ],
    ],
    [
      'a contradiction of features',
      withWaiver('{match: {isa: vnni !vnni}, metrics: [max_abs], reason: r, owner: o, expires: 2027-01-01}'),
      ['E_BUDGET_ISA budgets.yml:7', 'isa: "vnni !vnni" asks for a target that has and lacks "vnni".'],
    ],
    [
      'a lonely exclamation mark',
      withWaiver(
        '{match: {isa: x86_64 ! vnni}, metrics: [max_abs], reason: r, owner: o, expires: 2027-01-01}',
      ),
      [
        'E_BUDGET_ISA budgets.yml:7',
        'isa: expected features such as "x86_64 !vnni"; found "x86_64 ! vnni".',
        'write "!" right before the feature that the target must lack',
      ],
    ],
    [
      'a noise floor of one repeat',
      `${withLimits('{max_abs: 1}')}noiseFloor: {repeats: 1, factor: 0}\n`,
      [
        'E_BUDGETS_SHAPE budgets.yml:6',
        'noiseFloor.repeats: expected a number of at least 2; found 1.',
        'Line 6: noiseFloor.factor: expected a number above 0; found 0.',
      ],
    ],
  ] as const)('%s', async ([, source, expected]) => {
    const text = await errorText(() => parseBudgets(source, 'budgets.yml'));
    expect(text.split('\n')).toEqual(expected);
  });

  test('a file that is not there', async () => {
    const file = path.join(import.meta.dirname, 'no-such-folder', 'budgets.yml');
    expect(await errorText(() => readBudgetsFile(file))).toBe(
      `E_FILE_MISSING ${file}\nThere is no such file.\nwrite one:  fleetdiff init`,
    );
  });
});

describe('what a waiver and a rule may bound', () => {
  const waiver = (limits: string) =>
    withWaiver(
      `{match: {}, metrics: [max_steps], limits: ${limits}, reason: r, owner: "@a", expires: 2027-01-01}`,
    );

  test('a waiver may say how bad its finding is', () => {
    expect(parseBudgets(waiver('{max_steps: 19}'), 'b.yml').waivers[0]).toMatchObject({
      limits: { max_steps: { fail: 19 } },
    });
  });

  test('a limit on a metric that it does not waive is a mistake', async () => {
    expect(await errorText(() => parseBudgets(waiver('{max_step: 19}'), 'b.yml'))).toBe(
      'E_WAIVER_LIMIT b.yml:7\nThe waiver limits "max_step", but waives: "max_steps".\nDid you mean "max_steps"?\na limit says how bad a waived metric may be',
    );
  });

  test.for([
    { match: '{tensor: logits}', limits: '{fallback_nodes: 3}', narrow: 'tensor' },
    { match: '{case: one}', limits: '{fallback_nodes: 3}', narrow: 'case' },
    { match: '{case: one}', limits: '{distinct_outputs: 2}', narrow: 'case' },
  ])('$limits for one $narrow would never match, and is refused', async ({ match, limits, narrow }) => {
    const text = `${HEAD}rules:\n  - match: ${match}\n    limits: ${limits}\n    reason: r\n`;
    expect(await errorText(() => parseBudgets(text, 'b.yml'))).toContain(
      `is of the whole target; a rule for one ${narrow} never matches it.`,
    );
  });

  test.for(['{tensor: logits}', '{device: board}', '{}'])('distinct_outputs under %s is fine', (match) => {
    const text = `${HEAD}rules:\n  - match: ${match}\n    limits: {distinct_outputs: 2}\n    reason: r\n`;
    expect(parseBudgets(text, 'b.yml').rules).toHaveLength(1);
  });
});
