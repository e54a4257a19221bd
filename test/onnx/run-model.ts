import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export type Tensors = Readonly<Record<string, Tensor>>;

const DIGITS = path.join(import.meta.dirname, '../../fixtures/digits/models');

/**
 * The digits models by name, but for float16: where the CPU computes none, the runtime keeps float32 between float16 nodes, and
 * a tapped tensor is rounded where the one that is read is not.
 */
export const DIGITS_MODELS: readonly (readonly [string, Uint8Array])[] = readdirSync(DIGITS)
  .filter((name) => name !== 'digits.f16.onnx')
  .map((name) => [name, new Uint8Array(readFileSync(path.join(DIGITS, name)))] as const);

/** float32[2, 1, 28, 28] */
export const DIGITS_FEEDS: Tensors = {
  input: new Tensor(
    'float32',
    Float32Array.from({ length: 2 * 784 }, (_, at) => ((at * 37) % 256) / 255),
    [2, 1, 28, 28],
  ),
};

export const ODD_FEEDS: Tensors = { x: new Tensor('float32', Float32Array.from([1, -2, 3.25, 0.5]), [2, 2]) };

/** One inference on the CPU without graph optimization. */
export async function runModel(model: Uint8Array, feeds: Tensors): Promise<Tensors> {
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  });
  try {
    return (await session.run(feeds)) as Tensors;
  } finally {
    await session.release();
  }
}

/** dtype, shape and bytes, to be compared as a text. */
export function bitsOf(tensor: Tensor | undefined): string {
  if (!tensor) return 'no tensor';
  const { buffer, byteOffset, byteLength } = tensor.data as Uint8Array;
  return `${tensor.type} [${tensor.dims}] ${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`;
}
