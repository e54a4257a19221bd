import { describe, expect, test } from 'vitest';
import type { TargetDiagnosis, TraceRow } from '../../harness/domain/diagnosis.ts';
import { errorWords } from '../../harness/report/diagnosis/error-words.ts';
import { renderDiagnosis } from '../../harness/report/diagnosis/terminal.ts';
import { displayWidth } from '../../harness/report/display-width.ts';
import { renderHtml } from '../../harness/report/html/page.ts';
import { renderSummary } from '../../harness/report/summary.ts';
import { renderTerminal } from '../../harness/report/terminal.ts';
import { HOSTILE } from './hostile-run.ts';
import { readablePage } from './read-page.ts';
import { shippableRun } from './sample-run.ts';

const row = (tensor: string, here: TraceRow['accumulated'], own: TraceRow['intrinsic']): TraceRow => ({
  tensor,
  node: `${tensor}_node`,
  opType: 'Conv',
  nodes: [`${tensor}_node`],
  dtype: 'uint8',
  shape: [1, 8],
  accumulated: here,
  intrinsic: own,
  provider: 'CPUExecutionProvider',
});

const SAME = { identical: 1, max_abs: 0, max_steps: 0 };
const OFF = { identical: 0, max_abs: 41, max_steps: 41, sqnr_db: 18.5 };

const DIAGNOSIS: TargetDiagnosis = {
  target: 'haswell/cpu',
  suite: 'digits-int8',
  case: 'digits-001',
  observerEffect: 'none',
  way: 'taps',
  firstDivergence: { tensor: 'r1_q', node: 'r1_q_node', opType: 'Conv', index: 4, of: 40, metrics: OFF },
  trace: [row('input_q', SAME, SAME), row('r1_q', OFF, OFF), row('logits_q', OFF, SAME)],
  findings: [
    {
      cause: 'u8s8-saturation',
      confidence: 0.97,
      title: 'U8S8 saturation',
      node: 'r1_q_node',
      evidence: ['41 steps.', 'No VNNI.'],
      remedy: 'Quantize with reduced range.',
      background: 'docs/causes/u8s8-saturation.md',
    },
  ],
  experiments: [
    {
      name: 'x64quantprecision',
      change: 'session.x64quantprecision=1',
      node: 'r1_q_node',
      identical: true,
      metrics: SAME,
    },
  ],
  notes: ['A note.'],
};

test.for([
  [null, 'not seen'],
  [SAME, 'identical'],
  [OFF, '41 steps'],
  [{ identical: 0, max_abs: 0.25, sqnr_db: 53.87 }, '53.87 dB, by 0.25'],
  [{ identical: 0, max_abs: 0.25, sqnr_db: null }, 'by 0.25'],
  [{ identical: 0, max_abs: 'NaN' as const, nonfinite_mismatch: 3 }, '3 NaN or infinite'],
] as const)('%j reads "%s"', ([metrics, words]) => {
  expect(errorWords(metrics)).toBe(words);
});

describe('a diagnosis at a terminal', () => {
  test('leads with the node, the cause and what to do, and ends with the way through the graph', () => {
    const text = renderDiagnosis(DIAGNOSIS, { columns: 80, colour: false });
    expect(text.split('\n').slice(0, 12)).toEqual([
      'digits-int8 · haswell/cpu   case digits-001',
      '',
      '  first divergence  "r1_q" of Conv "r1_q_node", node 5 of 40',
      '                    41 steps',
      '',
      '  likely cause      U8S8 saturation  (97 % sure)',
      '  at node           "r1_q_node"',
      '  evidence          41 steps.',
      '                    No VNNI.',
      '  what to do        Quantize with reduced range.',
      '  background        docs/causes/u8s8-saturation.md',
      '',
    ]);
    expect(text).toMatch(/^r1_q +Conv r1_q_node +41 steps +41 steps$/m);
    expect(text).toMatch(/^logits_q +Conv logits_q_node +41 steps +identical$/m);
  });

  test('a perturbed trace says so, and nothing found is said too', () => {
    const perturbed = { ...DIAGNOSIS, observerEffect: 'perturbed', way: 'single-taps' } as const;
    expect(renderDiagnosis(perturbed, { columns: 80, colour: false })).toContain(
      'perturbed: exposing all tensors',
    );
    const varies = { ...DIAGNOSIS, nondeterministic: true } as const;
    const effect = renderDiagnosis(varies, { columns: 80, colour: false }).match(/observer effect +.*/)?.[0];
    expect(effect).toBe('observer effect   not known');
    const clean = { ...DIAGNOSIS, firstDivergence: null, findings: [] };
    expect(renderDiagnosis(clean, { columns: 80, colour: false })).toContain(
      'none: every tensor that was seen',
    );
  });

  test('keeps within 80 columns, whatever names and however many tensors a model has', () => {
    const names = Object.values(HOSTILE);
    const trace = Array.from({ length: 500 }, (_, n) => row(`${names[n % names.length]}${n}`, OFF, null));
    const first = { ...DIAGNOSIS.firstDivergence!, tensor: trace[300]!.tensor, node: HOSTILE.escape };
    const text = renderDiagnosis(
      { ...DIAGNOSIS, trace, firstDivergence: first, notes: names },
      { columns: 80, colour: false },
    );
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).toContain('and 460 more tensors');
  });
});

describe('in the reports', () => {
  const input = { ...shippableRun(), diagnoses: [DIAGNOSIS] };

  test('the terminal, the comment and the page name node and cause beside the finding', async () => {
    const terminal = renderTerminal(input, { columns: 200, colour: false });
    expect(terminal).toMatch(/first divergence +Conv "r1_q_node", node 5 of 40 \("r1_q": 41 steps\)/);
    expect(terminal).toMatch(/likely cause +U8S8 saturation\. Quantize with reduced range\./);
    expect(renderSummary(input)).toContain('Likely cause: U8S8 saturation. Quantize with reduced range.');
    const page = readablePage(await renderHtml(input));
    expect(page).toContain('Conv \\"r1_q_node\\", node 5 of 40');
    expect(page).toContain('session.x64quantprecision=1');
  });

  test('names of a hostile model are text in the page', async () => {
    const hostile = Object.values(HOSTILE).map((name) => row(name, OFF, OFF));
    const page = await renderHtml({
      ...input,
      diagnoses: [{ ...DIAGNOSIS, trace: hostile, notes: [HOSTILE.script], case: HOSTILE.image }],
    });
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain(HOSTILE.script);
  });
});
