import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseBudgets } from '../../../../harness/config/budgets-file.ts';
import type { Acceptance } from '../../../../harness/report/html-app/notes/note.ts';
import { waiversYaml } from '../../../../harness/report/html-app/notes/waiver-yaml.ts';
import { HOSTILE } from '../../hostile-run.ts';

const accepted = (change: Partial<Acceptance> = {}): Acceptance => ({
  matches: [{ tensor: 'logits', device: 'haswell', delegate: 'cpu' }],
  metrics: ['max_steps', 'top1_agreement'],
  limits: { max_steps: 19, top1_agreement: 0.985 },
  reason: 'U8S8 saturation',
  owner: '@vision',
  expires: '2027-06-30',
  ...change,
});

test('it reads as a person would write it', () => {
  expect(waiversYaml([accepted()], { heading: true })).toBe(`waivers:
  - match: {tensor: logits, device: haswell, delegate: cpu}
    metrics: [max_steps, top1_agreement]
    limits: {max_steps: 19, top1_agreement: 0.985} # as found; worse is a new finding
    reason: "U8S8 saturation"
    owner: "@vision"
    expires: 2027-06-30
`);
});

test('every matcher is a waiver of its own', () => {
  const text = waiversYaml([accepted({ matches: [{ device: 'a' }, { device: 'b' }] })], { heading: true });
  expect(parse(text).waivers.map(({ match }: { match: unknown }) => match)).toEqual([
    { device: 'a' },
    { device: 'b' },
  ]);
});

test('without a limit there is no line for limits', () => {
  expect(waiversYaml([accepted({ limits: {} })], { heading: false })).not.toContain('limits');
});

const STRANGE = [
  ...Object.values(HOSTILE),
  ...[
    'yes',
    'no',
    'on',
    'Null',
    '~',
    '-',
    '- a',
    '? a',
    'a: b',
    'a #b',
    ' a',
    'a ',
    '1e3',
    '0x1F',
    '.5',
    '12:30:45',
  ],
  ...[
    '2027-06-30',
    '*',
    '&a',
    '!tag',
    '%YAML',
    '@x',
    '`x',
    '"',
    "'",
    '\\',
    '{a,b}',
    '[a]',
    '|',
    '>',
    '=',
    '<<',
    '.inf',
  ],
  ...[
    'a\nb',
    'a\r\nb',
    '\t',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u007f',
    '\u{e0001}',
    '😀',
    '\0',
    'é',
    '...',
    '---',
    '',
  ],
];

test.for(STRANGE)('%j is read back by a YAML parser as it is, wherever it stands', (text) => {
  const yaml = waiversYaml(
    [accepted({ matches: [{ tensor: text, device: text }], reason: text, owner: text })],
    {
      heading: true,
    },
  );
  expect(yaml.split('\n')).toHaveLength(8);
  expect(yaml).toMatch(/^[\n\x20-\u{10ffff}]*$/u);
  expect(yaml).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/u);
  for (const version of ['1.1', '1.2'] as const) {
    const [waiver] = parse(yaml, { version }).waivers;
    expect([waiver.match, waiver.reason, waiver.owner]).toEqual([{ tensor: text, device: text }, text, text]);
  }
});

test.for([19, 0.985, 1e-7, 5e-324, 1.7976931348623157e308, -0.5, 0, 4294967295])(
  'the limit %d is the same number to the reader of budgets',
  (limit) => {
    const text = waiversYaml([accepted({ metrics: ['sqnr_db'], limits: { sqnr_db: limit } })], {
      heading: true,
    });
    const rules = 'schema: fleetdiff/budgets@1\nrules: [{match: {}, limits: {max_abs: 1}, reason: r}]\n';
    expect(parseBudgets(rules + text, 'budgets.yml').waivers[0]?.limits).toEqual({
      sqnr_db: { fail: limit },
    });
  },
);
