import { describe, expect, test } from 'vitest';
import type { TargetStability, VariedFactor } from '../../harness/domain/stability.ts';
import { renderStability } from '../../harness/report/diagnosis/stability.ts';
import { displayWidth } from '../../harness/report/display-width.ts';
import { renderHtml } from '../../harness/report/html/page.ts';
import { decodePart } from '../../harness/report/page-data/decode-page.ts';
import { HOSTILE } from './hostile-run.ts';
import { partsOf } from './read-page.ts';
import { shippableRun } from './sample-run.ts';

const ran = (value: string, letter = 'a') => ({ value, status: 'ran' as const, sha256: letter.repeat(64) });
const steady: VariedFactor = {
  factor: 'repeats',
  status: 'varied',
  values: [ran('inference 2'), ran('inference 3')],
  distinct_outputs: 1,
  noise_max_abs: 0,
};
const moving = {
  factor: 'threads',
  status: 'varied',
  values: [ran('1'), ran('2', 'b'), { value: '4', status: 'failed', reason: 'out of memory' }],
  distinct_outputs: 2,
  noise_max_abs: 0.25,
} satisfies VariedFactor;
const untried: VariedFactor = { factor: 'batch-position', status: 'notVaried', reason: 'no batch axis' };

const PROBED: TargetStability = {
  suite: 'digits-int8',
  target: 'haswell/cpu',
  case: 'digits-001',
  samples: 8,
  factors: [steady, untried, moving],
  attributed: 'threads',
};

describe('in the terminal', () => {
  test('what changes the answer, what does not, what was not tried', () => {
    const lines = renderStability(PROBED, { columns: 80, colour: false }).trimEnd().split('\n');
    expect(lines).toEqual([
      'digits-int8 · haswell/cpu   8 samples of case digits-001',
      '  stable?           As it is run, yes; another number of threads changes the',
      '                    answer.',
      '  threads           1 against 2: 2 different answers, up to 0.25 apart',
      '  same bytes        repeats',
      '  not tried         batch position: no batch axis',
      '                    threads, 4: out of memory',
    ]);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  test.for<readonly [readonly VariedFactor[], string]>([
    [[steady, untried], 'Yes: nothing of what was varied changed a byte.'],
    [[untried], 'Not known: nothing could be varied.'],
  ])('%#: nothing changes it', ([factors, said]) => {
    const text = renderStability({ ...PROBED, factors, attributed: null }, { columns: 100, colour: false });
    expect(text).toContain(said);
  });

  test('answers that have no distance are not said to be near', () => {
    const factors = [{ ...moving, noise_max_abs: 'NaN' as const }];
    expect(renderStability({ ...PROBED, factors }, { columns: 100, colour: false })).toContain(
      '2 different answers, some not numbers',
    );
  });
});

describe('in the page', () => {
  const pageWith = (factors: readonly VariedFactor[], attributed: TargetStability['attributed']) => {
    const input = shippableRun();
    const [first, ...others] = input.determinism.targets;
    return renderHtml({
      ...input,
      determinism: { ...input.determinism, targets: [{ ...first!, factors, attributed }, ...others] },
    });
  };

  test('what was varied is there, and what was found', async () => {
    const parts = partsOf(await pageWith(PROBED.factors, 'threads'));
    const [first] = decodePart('targets-0', JSON.parse(parts.get('targets-0')!));
    expect(first?.determinism).toMatchObject({ attributed: 'threads', factors: PROBED.factors });
  });

  test('what a hostile target says is text', async () => {
    const page = await pageWith(
      [
        { factor: 'threads', status: 'notVaried', reason: HOSTILE.script },
        { ...steady, factor: 'optimization', values: [ran(HOSTILE.image)] },
      ],
      null,
    );
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain(HOSTILE.script);
  });
});
