/**
 * The script of an exported repro. It stands alone: Node and onnxruntime-node, nothing of fleetdiff. Kept as text, because what a
 * vendor gets must be what was tested.
 */
export const REPRO_SCRIPT = `// Runs model.onnx on the inputs and holds its outputs against the reference's.
//   npm install onnxruntime-node@<version in repro.json>
//   node repro.mjs
// Exit code 1: the outputs differ here too. 0: they are the reference's, bit for bit.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const here = new URL('./', import.meta.url);
const read = (file) => readFileSync(new URL(file, here));
const repro = JSON.parse(read('repro.json'));
const ort = createRequire(import.meta.url)('onnxruntime-node');

const ARRAYS = {
  float64: Float64Array, float32: Float32Array, float16: Uint16Array, int64: BigInt64Array, int32: Int32Array,
  int16: Int16Array, int8: Int8Array, uint64: BigUint64Array, uint32: Uint32Array, uint16: Uint16Array,
  uint8: Uint8Array, bool: Uint8Array, int4: Uint8Array, uint4: Uint8Array,
};
const elements = (dtype, bytes) => {
  const Elements = ARRAYS[dtype];
  if (!Elements) throw new Error(\`this script does not read \${dtype}\`);
  const copy = new Uint8Array(bytes).buffer;
  return new Elements(copy);
};
// float16 arrives as bits; its values are wanted for the message alone.
const half = (bits) => {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
};
const value = (dtype, element) => (dtype === 'float16' ? half(element) : Number(element));

const session = await ort.InferenceSession.create(read('model.onnx'), {
  executionProviders: [repro.delegate.provider],
  graphOptimizationLevel: repro.delegate.optimization,
  intraOpNumThreads: repro.delegate.threads,
  interOpNumThreads: 1,
  extra: repro.delegate.sessionConfig,
});
const feeds = Object.fromEntries(
  repro.inputs.map(({ name, dtype, shape, file }) => [name, new ort.Tensor(dtype, elements(dtype, read(file)), shape)]),
);
const results = await session.run(feeds);

let differ = 0;
for (const { name, dtype, shape, reference } of repro.outputs) {
  const expected = elements(dtype, read(reference));
  const { data, type, dims } = results[name];
  const found = elements(dtype, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (type !== dtype || String(dims) !== String(shape) || found.length !== expected.length) {
    console.log(\`\${name}: \${type}[\${dims}], expected \${dtype}[\${shape}]\`);
    differ += 1;
    continue;
  }
  let [count, worst, at] = [0, -1, -1];
  for (let i = 0; i < expected.length; i += 1) {
    if (Object.is(expected[i], found[i])) continue;
    count += 1;
    const error = Math.abs(value(dtype, found[i]) - value(dtype, expected[i]));
    if (error > worst || Number.isNaN(error)) [worst, at] = [error, i];
  }
  differ += count;
  const where = count ? \`; worst at element \${at}: reference \${value(dtype, expected[at])}, here \${value(dtype, found[at])}\` : '';
  console.log(\`\${name}: \${count} of \${expected.length} elements differ\${where}\`);
}
process.exitCode = differ ? 1 : 0;
`;
