import * as ort from 'onnxruntime-node';
import type { Evidence, IslandFacts, Sample, SeenTensor } from '../../harness/diagnosis/evidence.ts';
import type { DType, Quantization } from '../../harness/domain/tensor.ts';
import { decodeModel, encodeModel } from '../../harness/onnx/proto.ts';
import type { MadeModel } from './made-models.ts';

/** The part of a made model that is looked at, and where it can be seen. */
export interface Looked {
  readonly facts: IslandFacts;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly grids: Readonly<Record<string, Quantization>>;
}

export interface HowToRun {
  readonly optimization: 'disabled' | 'all';
  readonly sessionConfig?: Readonly<Record<string, string>>;
}

const CASES = 2;

/** What a rule sees when the target runs another model: real runs of this machine, the inputs of the island equal. */
export async function evidenceOf(
  made: MadeModel,
  planted: Uint8Array,
  looked: Looked,
  how: HowToRun,
): Promise<Evidence> {
  const taps = [...looked.inputs, looked.output];
  const reference = await runner(made, made.bytes, taps, { optimization: 'disabled' });
  const candidate = await runner(made, planted, taps, how);
  const samples: Sample[] = [];
  for (let index = 0; index < CASES; index++) {
    const expected = await reference(index);
    const found = await candidate(index);
    const see = (tensors: ReadonlyMap<string, ort.Tensor>, name: string) =>
      seen(tensors.get(name)!, name, looked.grids[name]);
    samples.push({
      case: `case-${index}`,
      inputs: looked.inputs.map((name) => see(expected, name)),
      reference: see(expected, looked.output),
      candidate: see(found, looked.output),
    });
  }
  const device = {
    soc: 'host',
    arch: 'x86_64',
    isa: ['x86_64', 'avx2', 'vnni'],
    os: 'linux',
    runtime: { name: 'onnxruntime-node', version: '1.30.0' },
    host: { name: 'node', version: '20' },
  };
  const delegate = {
    name: 'cpu',
    runtime: 'onnxruntime-node',
    provider: 'cpu',
    threads: 1,
    optimization: how.optimization,
    sessionConfig: how.sessionConfig ?? {},
    env: {},
  } as const;
  return {
    island: looked.facts,
    samples,
    metrics: {},
    reference: { device, delegate: { ...delegate, optimization: 'disabled', sessionConfig: {} } },
    candidate: { device, delegate },
    experiments: [],
    trace: [],
    provider: 'CPUExecutionProvider',
  };
}

type RunCase = (index: number) => Promise<ReadonlyMap<string, ort.Tensor>>;

async function runner(
  made: MadeModel,
  bytes: Uint8Array,
  taps: readonly string[],
  how: HowToRun,
): Promise<RunCase> {
  const session = await ort.InferenceSession.create(exposing(bytes, taps), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: how.optimization,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { ...how.sessionConfig },
  });
  const { name, shape } = made.input;
  return async (index) => {
    const input = new ort.Tensor('float32', made.inputOf(index), shape);
    const outputs = await session.run({ [name]: input });
    return new Map<string, ort.Tensor>([...Object.entries(outputs), [name, input]]);
  };
}

function exposing(bytes: Uint8Array, taps: readonly string[]): Uint8Array {
  const model = decodeModel(bytes, 'the made model');
  const known = new Set([...model.graph.output!, ...(model.graph.input ?? [])].map(({ name }) => name));
  const added = taps.filter((name) => !known.has(name)).map((name) => ({ name }));
  model.graph.output = [...model.graph.output!, ...added];
  return encodeModel(model);
}

function seen(tensor: ort.Tensor, name: string, quantization: Quantization | undefined): SeenTensor {
  return {
    name,
    dtype: tensor.type as DType,
    shape: tensor.dims,
    values: Float64Array.from(tensor.data as Float32Array),
    ...(quantization && { quantization }),
  };
}
