import type { Delegate, Optimization } from '../domain/device.ts';
import type { CapturedCase } from '../domain/run-files.ts';
import type { Factor, TargetStability, VariedFactor } from '../domain/stability.ts';
import type { PlannedSuite, StoredCase } from '../domain/suite.ts';
import type { StoredTensor } from '../domain/tensor.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { openPairLedger } from './compare/pair-ledger.ts';
import type { ModelRun, ModelRunner } from './localize/model-runner.ts';
import { type Batch, batchOf } from './stability/batch.ts';
import { measureFactor, type Trial } from './stability/measure-factor.ts';
import { type BothSides, tellingSamples } from './stability/telling-samples.ts';

/** Warm inferences in one runtime session, after the first. */
const WARM = 3;
/** An emulated target answers these in seconds. */
const MOST_SAMPLES = 8;
const THREADS = [1, 2, 4] as const;
const OPTIMIZATIONS: readonly Optimization[] = ['disabled', 'basic', 'extended', 'all'];
/** Providers that compute with the threads of the delegate. */
const THREADED = ['cpu', 'wasm'];

type Outputs = readonly StoredTensor[];

/** Which case to probe, the first unless told, and what the run holds of it: that chooses the samples. */
interface ProbedCase {
  readonly sample?: StoredCase;
  readonly captured?: BothSides;
}

const NOTHING: BothSides = { reference: [], candidate: [] };

/**
 * Varies one thing at a time on a target and names the smallest that changes the answer to one case. About ten runs of
 * the model. A target that cannot run the model at all is a reason, not an exception.
 */
export async function probeStability(
  suite: PlannedSuite,
  runner: ModelRunner,
  blobs: BlobStore,
  { sample = suite.cases[0], captured = NOTHING }: ProbedCase = {},
): Promise<TargetStability | { readonly failed: string }> {
  if (!sample) return { failed: 'the suite has no case' };
  const batch = await batchOf(suite, sample, blobs);
  const order = 'reason' in batch ? [] : await samplesOf(batch, captured, blobs);
  const probed = 'reason' in batch ? sample : await batch.take(order);
  const once: Once = (change = {}) => outputsOf(runner, { model: suite.model, cases: [probed], change });

  const first = await runner.run({ model: suite.model, cases: [probed], repeats: 1 + WARM });
  if (first.status === 'failed') return { failed: first.reason };
  const [cold = [], ...warm] = first.cases[0]?.repeats ?? [];

  const { noise } = openPairLedger(blobs);
  const measured = (factor: Factor, trials: readonly Trial[]) => measureFactor(factor, trials, noise);
  const factors: VariedFactor[] = [
    await measured(
      'repeats',
      warm.map((outputs, index) => ({ value: `inference ${index + 2}`, outputs })),
    ),
    await measured('warm-up', [
      { value: 'inference 1', outputs: cold },
      ...warm.slice(0, 1).map((outputs) => ({ value: 'inference 2', outputs })),
    ]),
    await measured('session', await sessionTrials(cold, once, runner)),
    'reason' in batch
      ? { factor: 'batch-position', status: 'notVaried', reason: batch.reason }
      : await measured('batch-position', await positionTrials(cold, order, batch, runner, suite.model)),
    THREADED.includes(runner.delegate.provider)
      ? await measured('threads', await threadTrials(cold, runner.delegate, once))
      : {
          factor: 'threads',
          status: 'notVaried',
          reason: `the provider ${runner.delegate.provider} does not compute with CPU threads`,
        },
    await measured('optimization', await optimizationTrials(cold, runner.delegate, once)),
  ];
  const changing = factors.find((each) => each.status === 'varied' && each.distinct_outputs > 1);
  return {
    suite: suite.name,
    target: runner.target,
    case: sample.name,
    samples: 'reason' in batch ? null : order.length,
    factors,
    attributed: changing?.factor ?? null,
  };
}

type Once = (change?: ModelRun['change']) => Promise<Outputs | { reason: string }>;

async function outputsOf(runner: ModelRunner, asked: ModelRun): ReturnType<Once> {
  const answer = await runner.run(asked);
  if (answer.status === 'failed') return { reason: answer.reason };
  return answer.cases[0]?.repeats[0] ?? { reason: 'the target answered no case' };
}

function trialOf(value: string, answer: Awaited<ReturnType<Once>>): Trial {
  return 'reason' in answer ? { value, reason: answer.reason } : { value, outputs: answer };
}

/** First inferences, each of a runtime session of its own. */
async function sessionTrials(cold: Outputs, once: Once, runner: ModelRunner): Promise<readonly Trial[]> {
  const again = trialOf('new runtime session', await once());
  await runner.renew();
  return [{ value: 'as run', outputs: cold }, again, trialOf('new device session', await once())];
}

/** Every sample in its place, in the opposite place, and with no other. */
async function positionTrials(
  cold: Outputs,
  order: readonly number[],
  batch: Batch,
  runner: ModelRunner,
  model: ModelRun['model'],
): Promise<readonly Trial[]> {
  const names = cold.filter((output) => batch.holdsSamples(output, order.length)).map(({ name }) => name);
  if (names.length === 0) return [{ value: 'in order', reason: 'no output has the batch axis' }];
  const trial = async (value: string, batches: readonly (readonly number[])[]): Promise<Trial> => {
    const cases = await Promise.all(batches.map((samples) => batch.take(samples)));
    const numbered = cases.map((each, index) => ({ ...each, name: `${each.name}~${index}` }));
    const answer = await runner.run({ model, cases: numbered });
    if (answer.status === 'failed') return { value, reason: answer.reason };
    const outputs = await gatheredOutputs(names, answer.cases, batches.flat(), batch);
    return outputs ? { value, outputs } : { value, reason: 'its outputs do not hold one entry per sample' };
  };
  return [
    { value: 'in order', outputs: cold.filter(({ name }) => names.includes(name)) },
    await trial('in reverse', [order.toReversed()]),
    batch.isResizable
      ? await trial(
          'each alone',
          order.map((sample) => [sample]),
        )
      : { value: 'each alone', reason: `the model takes batches of ${order.length} alone` },
  ];
}

async function gatheredOutputs(
  names: readonly string[],
  cases: readonly CapturedCase[],
  order: readonly number[],
  batch: Batch,
): Promise<Outputs | undefined> {
  const gathered = await Promise.all(
    names.map((name) =>
      batch.gather(
        cases.flatMap(({ repeats: [outputs] }) => outputs?.filter((output) => output.name === name) ?? []),
        order,
      ),
    ),
  );
  const whole = gathered.filter((output) => output !== undefined);
  return whole.length === names.length ? whole : undefined;
}

async function threadTrials(cold: Outputs, own: Delegate, once: Once): Promise<readonly Trial[]> {
  const counts = [...new Set([own.threads, ...THREADS])].sort((left, right) => left - right);
  const trials: Trial[] = [];
  for (const threads of counts)
    trials.push(trialOf(String(threads), threads === own.threads ? cold : await once({ threads })));
  return trials;
}

async function optimizationTrials(cold: Outputs, own: Delegate, once: Once): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const optimization of OPTIMIZATIONS)
    trials.push(
      trialOf(optimization, optimization === own.optimization ? cold : await once({ optimization })),
    );
  return trials;
}

function samplesOf(batch: Batch, captured: BothSides, blobs: BlobStore): Promise<readonly number[]> {
  const most = batch.isResizable ? MOST_SAMPLES : batch.samples;
  return tellingSamples(captured, batch.axis, batch.samples, most, blobs);
}
