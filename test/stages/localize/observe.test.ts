import { describe, expect, test } from 'vitest';
import type { DeviceFacts } from '../../../harness/domain/run-files.ts';
import type { StoredTensor } from '../../../harness/domain/tensor.ts';
import type { ModelRunner } from '../../../harness/stages/localize/model-runner.ts';
import { type Observed, observe } from '../../../harness/stages/localize/observe.ts';
import { CPU } from '../../in-process-runner.ts';

const DEVICE: DeviceFacts = {
  soc: 'made up',
  arch: 'x86_64',
  isa: [],
  os: 'none',
  runtime: { name: 'none', version: '0' },
  host: { name: 'none', version: '0' },
};
const TAPS = Array.from({ length: 64 }, (_, index) => `t${index}`);
/** The graph's tensors agree up to this one and differ from it on. */
const FIRST = 41;

const tensor = (name: string, content: string): StoredTensor => ({
  name,
  dtype: 'float32',
  shape: [1],
  bytes: 4,
  sha256: Buffer.from(content).toString('hex').padEnd(64, '0').slice(0, 64),
});

/** A device that is not here: its outputs change as `perturbs` says. The runtime that does so for real is tested on emulated SoCs. */
function device(perturbs: (taps: readonly string[]) => boolean) {
  const asked: (readonly string[])[] = [];
  const runner: ModelRunner = {
    target: 'made-up/cpu',
    delegate: CPU,
    async run({ taps = [], repeats = 1 }) {
      asked.push(taps);
      const outputs = [
        tensor('y', perturbs(taps) ? 'other' : 'own'),
        ...taps.map((tap) => tensor(tap, Number(tap.slice(1)) >= FIRST ? 'wrong' : 'right')),
      ];
      return {
        status: 'done',
        device: DEVICE,
        placement: { requested: 'cpu', status: 'unknown', nodes: [] },
        cases: [{ case: 'a', repeats: Array.from({ length: repeats }, () => outputs) }],
      };
    },
    renew: async () => {},
  };
  return { runner, asked };
}

const look = async (runner: ModelRunner): Promise<Observed> => {
  const observed = await observe(runner, {
    model: { sha256: '0'.repeat(64), bytes: 1 },
    sample: { name: 'a', inputs: [] },
    taps: TAPS,
    budgetBytes: 2 ** 20,
    sizes: new Map(TAPS.map((tap) => [tap, 4])),
    differs: ({ sha256 }) => sha256 === tensor('', 'wrong').sha256,
  });
  if ('failed' in observed) throw new Error(observed.failed);
  return observed;
};

const firstWrong = ({ tensors }: Observed) =>
  TAPS.find((tap) => tensors.get(tap)?.sha256 === tensor('', 'wrong').sha256);

describe('observer effect', () => {
  test('none: every tensor from one run', async () => {
    const { runner, asked } = device(() => false);
    const observed = await look(runner);
    expect(observed).toMatchObject({ observerEffect: 'none', way: 'taps' });
    expect(observed.tensors.size).toBe(TAPS.length);
    expect(asked).toEqual([[], [], TAPS]);
    expect(observed).not.toHaveProperty('nondeterministic');
  });

  test('of a device that changes its answer by itself nothing is known, and it is said', async () => {
    let runs = 0;
    const { runner } = device(() => runs++ % 2 === 1);
    expect(await look(runner)).toMatchObject({ nondeterministic: true });
  });

  test('several taps perturb: what they showed is thrown away, the first is found one a run', async () => {
    const { runner, asked } = device((taps) => taps.length > 1);
    const observed = await look(runner);
    expect(observed).toMatchObject({ observerEffect: 'perturbed', way: 'single-taps' });
    expect(firstWrong(observed)).toBe(`t${FIRST}`);
    // Halving: 64 tensors take about 6 looks, not 64.
    expect(asked.length).toBeLessThan(12);
    expect(observed.notes.join()).toContain('changed the outputs');
  });

  test('a tap that perturbs alone is left out for its neighbour', async () => {
    const { runner } = device(
      (taps) => taps.length > 1 || taps.includes(`t${FIRST}`) || taps.includes('t32'),
    );
    const observed = await look(runner);
    expect(observed.way).toBe('single-taps');
    expect(firstWrong(observed)).toBe(`t${FIRST + 1}`);
    expect(observed.tensors.has(`t${FIRST}`)).toBe(false);
  });

  test('every tap perturbs: nothing is shown, and the search ends', async () => {
    const { runner, asked } = device((taps) => taps.length > 0);
    const observed = await look(runner);
    expect(observed).toMatchObject({ observerEffect: 'perturbed', way: 'replay' });
    expect(observed.tensors.size).toBe(0);
    expect(asked.length).toBeLessThan(50);
  });
});
