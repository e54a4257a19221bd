import { describe, expect, test } from 'vitest';
import { parseBudgets } from '../../harness/config/budgets-file.ts';
import { checkBudgetNames, type KnownNames } from '../../harness/config/check-budget-names.ts';
import { errorText } from './error-text.ts';

const KNOWN: KnownNames = {
  suites: ['digits-int8'],
  cases: ['digits-0', 'digits-1'],
  tensors: ['logits'],
  devices: ['workstation', 'haswell', 'chromium'],
  delegates: ['cpu', 'webgpu', 'webgpu-jsep'],
  socs: ['host', 'Intel Haswell', 'SwiftShader'],
  tags: ['pr', 'emulated'],
};

/** The matcher stands on line 3; `match` may go on below it. */
const withMatch = (match: string) =>
  parseBudgets(
    `schema: fleetdiff/budgets@1\nrules:\n  - match: ${match}\n    limits: {max_abs: 1}\n    reason: r\n`,
    'fixtures/digits/budgets.yml',
  );

describe('names and globs that match nothing', () => {
  test.for([
    [
      '{tensor: logit}',
      [
        'E_BUDGET_UNKNOWN_TENSOR fixtures/digits/budgets.yml:3',
        'The rule names tensor "logit", but the model\'s outputs are: "logits".',
        'Did you mean "logits"?',
      ],
    ],
    [
      '\n      suite: "*"\n      device: hasswell',
      [
        'E_BUDGET_UNKNOWN_DEVICE fixtures/digits/budgets.yml:5',
        'The rule names device "hasswell", but the fleet\'s devices are: "workstation", "haswell", "chromium".',
        'Did you mean "haswell"?',
      ],
    ],
    [
      '{delegate: "webgl*"}',
      [
        'E_BUDGET_UNKNOWN_DELEGATE fixtures/digits/budgets.yml:3',
        'The rule\'s delegate glob "webgl*" matches nothing: the fleet\'s delegates are: "cpu", "webgpu", "webgpu-jsep".',
        'Did you mean "webgpu"?',
      ],
    ],
    [
      '{suite: digits}',
      [
        'E_BUDGET_UNKNOWN_SUITE fixtures/digits/budgets.yml:3',
        'The rule names suite "digits", but the suites are: "digits-int8".',
        'Did you mean "digits-int8"?',
      ],
    ],
    [
      '{case: digits-2}',
      [
        'E_BUDGET_UNKNOWN_CASE fixtures/digits/budgets.yml:3',
        'The rule names case "digits-2", but the suite\'s cases are: "digits-0", "digits-1".',
        'Did you mean "digits-0"?',
      ],
    ],
    [
      '{soc: haswell}',
      [
        'E_BUDGET_UNKNOWN_SOC fixtures/digits/budgets.yml:3',
        'The rule names soc "haswell", but the fleet\'s SoCs are: "host", "Intel Haswell", "SwiftShader".',
        'Did you mean "Intel Haswell"?',
      ],
    ],
    [
      '{tag: PR}',
      [
        'E_BUDGET_UNKNOWN_TAG fixtures/digits/budgets.yml:3',
        'The rule names tag "PR", but the devices\' tags are: "pr", "emulated".',
        'Did you mean "pr"?',
      ],
    ],
    [
      '{isa: x86_64 !vnnni}',
      [
        'E_BUDGET_UNKNOWN_ISA fixtures/digits/budgets.yml:3',
        expect.stringContaining('The rule names ISA feature "vnnni", but the known features are: "x86_64", '),
        'Did you mean "vnni"?',
      ],
    ],
  ] as const)('%s', async ([match, expected]) => {
    const text = await errorText(() => checkBudgetNames(withMatch(match), KNOWN));
    expect(text.split('\n')).toEqual(expected);
  });

  test('a waiver is told as a waiver, at its own line', async () => {
    const budgets = parseBudgets(
      [
        'schema: fleetdiff/budgets@1',
        'rules: [{match: {}, limits: {max_abs: 1}, reason: r}]',
        'waivers:',
        '  - {match: {tensor: logit}, metrics: [max_abs], reason: r, owner: o, expires: 2027-01-01}',
      ].join('\n'),
      'budgets.yml',
    );
    const text = await errorText(() => checkBudgetNames(budgets, KNOWN));
    expect(text).toContain('E_BUDGET_UNKNOWN_TENSOR budgets.yml:4\nThe waiver names tensor "logit", but');
  });
});

test.for([
  ['{}'],
  ['{tag: "*", soc: "Intel *", tensor: "log*", device: "{haswell,nehalem}", case: "digits-?"}'],
  ['{isa: "aarch64 !asimddp"}'],
])('%s is fine', ([match]) => {
  expect(() => checkBudgetNames(withMatch(match!), KNOWN)).not.toThrow();
});

test('"*" is fine where nothing is named at all, and a feature that only a probe knew is known', () => {
  expect(() => checkBudgetNames(withMatch('{tag: "*"}'), { ...KNOWN, tags: [] })).not.toThrow();
  expect(() =>
    checkBudgetNames(withMatch('{isa: rvv}'), { ...KNOWN, isa: ['riscv64', 'rvv'] }),
  ).not.toThrow();
  expect(() => checkBudgetNames(withMatch('{isa: rvv}'), KNOWN)).toThrow('rvv');
});
