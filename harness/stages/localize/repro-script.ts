/**
 * The scripts of an exported repro. They stand alone: Node or a browser and the runtime, nothing of fleetdiff. Kept as text, because
 * what a vendor gets must be what was tested.
 */

/** Reads tensors and holds one side against the other; for both ways to run. */
export const COMPARE_SCRIPT = `// What repro.json says of tensors, and how two of them are held against each other.
const ARRAYS = {
  float64: Float64Array, float32: Float32Array, float16: Uint16Array, int64: BigInt64Array, int32: Int32Array,
  int16: Int16Array, int8: Int8Array, uint64: BigUint64Array, uint32: Uint32Array, uint16: Uint16Array,
  uint8: Uint8Array, bool: Uint8Array, int4: Uint8Array, uint4: Uint8Array,
};

export function elements(dtype, bytes) {
  const Elements = ARRAYS[dtype];
  if (!Elements) throw new Error(\`this script does not read \${dtype}\`);
  return new Elements(new Uint8Array(bytes).buffer);
}

/** @param read gives the bytes of a file of this folder */
export async function feedsOf(ort, repro, read) {
  const feeds = {};
  for (const { name, dtype, shape, file } of repro.inputs) {
    feeds[name] = new ort.Tensor(dtype, elements(dtype, await read(file)), shape);
  }
  return feeds;
}

/** One line per output, and how many elements are not the reference's, bit for bit. */
export async function compare(repro, results, read) {
  const lines = [];
  let differ = 0;
  for (const { name, dtype, shape, reference } of repro.outputs) {
    const expected = elements(dtype, await read(reference));
    const { data, type, dims } = results[name];
    const found = elements(dtype, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    if (type !== dtype || String(dims) !== String(shape) || found.length !== expected.length) {
      lines.push(\`\${name}: \${type}[\${dims}], expected \${dtype}[\${shape}]\`);
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
    const where = count
      ? \`; worst at element \${at}: reference \${value(dtype, expected[at])}, here \${value(dtype, found[at])}\`
      : '';
    lines.push(\`\${name}: \${count} of \${expected.length} elements differ\${where}\`);
  }
  return { lines, differ };
}

// float16 arrives as bits; its values are wanted for the message alone.
function half(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

const value = (dtype, element) => (dtype === 'float16' ? half(element) : Number(element));
`;

/** For onnxruntime-node. */
export const NODE_SCRIPT = `// Runs model.onnx on the inputs and holds its outputs against the reference's.
//   npm install onnxruntime-node@<version in repro.json>
//   node repro.mjs
// Exit code 1: the outputs differ here too. 0: they are the reference's, bit for bit.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compare, feedsOf } from './compare.mjs';

const here = new URL('./', import.meta.url);
const read = (file) => readFileSync(new URL(file, here));
const repro = JSON.parse(read('repro.json'));
const ort = createRequire(import.meta.url)('onnxruntime-node');

const session = await ort.InferenceSession.create(read('model.onnx'), {
  executionProviders: [repro.delegate.provider],
  graphOptimizationLevel: repro.delegate.optimization,
  intraOpNumThreads: repro.delegate.threads,
  interOpNumThreads: 1,
  extra: repro.delegate.sessionConfig,
});
const results = await session.run(await feedsOf(ort, repro, read));
const { lines, differ } = await compare(repro, results, read);
for (const line of lines) console.log(line);
process.exitCode = differ ? 1 : 0;
`;

/** For onnxruntime-web: a page, and a server that hands it this folder. */
export const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>running</title>
<pre id="out">running…</pre>
<script type="module">
import { compare, feedsOf } from './compare.mjs';

const out = document.getElementById('out');
const read = async (file) => (await fetch(file)).arrayBuffer();
try {
  const repro = await (await fetch('repro.json')).json();
  const { provider, bundle, threads, optimization, sessionConfig } = repro.delegate;
  const root = new URL('node_modules/onnxruntime-web/dist/', document.baseURI).href;
  const ort = await import(\`\${root}ort.\${bundle ?? (provider === 'wasm' ? 'wasm' : 'webgpu')}.min.mjs\`);
  ort.env.wasm.wasmPaths = root;
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(new Uint8Array(await read('model.onnx')), {
    executionProviders: [provider],
    graphOptimizationLevel: optimization,
    extra: sessionConfig,
  });
  const { lines, differ } = await compare(repro, await session.run(await feedsOf(ort, repro, read)), read);
  out.textContent = lines.join('\\n');
  document.title = differ ? 'differs' : 'the same';
} catch (error) {
  out.textContent = String(error);
  document.title = 'failed';
}
</script>
`;

export const SERVE_SCRIPT = `// Serves this folder to browsers of this machine:
//   npm install onnxruntime-web@<version in repro.json>
//   node serve.mjs
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('./', import.meta.url));
const TYPES = { '.html': 'text/html', '.mjs': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };
const server = createServer((request, response) => {
  let file = '';
  try {
    file = path.join(root, decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  } catch {
    // No address of a file: answered as one that is not there.
  }
  if (!file.startsWith(root) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    // What threads of WebAssembly need.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  createReadStream(file).pipe(response);
});
server.listen(0, '127.0.0.1', () => console.log(\`http://127.0.0.1:\${server.address().port}/repro.html\`));
`;
