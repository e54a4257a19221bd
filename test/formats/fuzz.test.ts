import { closeSync, ftruncateSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, expect, test, vi } from 'vitest';
import type { Tensor } from '../../harness/domain/tensor.ts';
import { UserError } from '../../harness/domain/user-error.ts';
import { LIMITS } from '../../harness/formats/limits.ts';
import { loadTensor } from '../../harness/formats/load-tensor.ts';
import { openTensors } from '../../harness/formats/open-tensors.ts';
import { SEEDS, type Seed } from './fuzz-seeds.ts';
import { MUTATIONS, type Random, randomOf } from './mutations.ts';
import { inHex } from './vectors.ts';
import { watchdog } from './watchdog.ts';

/**
 * Damaged files by the thousand. A longer run, or one input again:
 *   FLEETDIFF_FUZZ_INPUTS=1000000 FLEETDIFF_FUZZ_SEED=7 npx vitest run test/formats/fuzz.test.ts
 *   FLEETDIFF_FUZZ_INPUTS=1 FLEETDIFF_FUZZ_FROM=<input> FLEETDIFF_FUZZ_SEED=<seed> npx vitest run test/formats/fuzz.test.ts
 */
const inputs = fromEnvironment('FLEETDIFF_FUZZ_INPUTS', 4000);
const seed = fromEnvironment('FLEETDIFF_FUZZ_SEED', 1);
const from = fromEnvironment('FLEETDIFF_FUZZ_FROM', 0);

function fromEnvironment(name: string, otherwise: number): number {
  const value = Number(process.env[name] || otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
  return value;
}

const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-'));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const DEADLINE_MS = 5000;
/** The seeds have at most 5 KB, so that no damage makes more than 1,032 times as much of them. */
const MOST_BYTES = 256 * 2 ** 20;

interface Input {
  readonly origin: Seed;
  readonly ending: string;
  readonly bytes: Buffer;
  /** What stands in the place of the origin's bytes; that of an array within a new archive. */
  readonly inner: Buffer;
}

/** The seeds by their ending: every reader gets as many inputs. */
const KINDS = ['.npy', '.npz', '.safetensors', '.pb'].map((ending) =>
  SEEDS.filter(({ file }) => file.endsWith(ending)),
);

function makeInput(random: Random): Input {
  const kin = KINDS[random(KINDS.length)]!;
  const origin = kin[random(kin.length)]!;
  const kinds = Object.values(MUTATIONS);
  let inner = origin.bytes;
  for (let count = 1 + random(2) * random(3); count > 0 && inner.length > 0; count--) {
    inner = kinds[random(kinds.length)]!(inner, random);
  }
  const ending = path.extname(origin.file);
  if (ending !== '.npy' || random(2) === 0) return { origin, ending, bytes: inner, inner };
  // the checksum of a new archive is right: only the array's own reader can refuse it
  const archive = zipSync({ 'x.npy': [inner, { level: random(2) ? 6 : 0 }] });
  return { origin, ending: '.npz', bytes: Buffer.from(archive), inner };
}

/** Refuses nothing that is whole, reads nothing into what is not. Undefined when all is well, else what is wrong. */
function problemOf(
  { origin, bytes, inner }: Input,
  result: readonly Tensor[] | unknown,
  file: string,
): string | undefined {
  if (!Array.isArray(result)) return problemOfError(result, file);
  const tensors = (result as readonly Tensor[]).map(inHex);
  for (const { dtype, shape, hex } of tensors) {
    const count = shape.reduce((product, length) => product * length, 1);
    if (dtype !== 'string' && (count === 0) !== (hex === '')) return `${dtype}[${shape}] holds "${hex}"`;
  }
  // an entry of an archive is what it was, or the archive is refused
  if (origin.file.endsWith('.npz')) {
    const wrong = tensors.find((tensor) => !origin.tensors.some((good) => isSame(good, tensor)));
    return wrong && `an archive's "${wrong.name}" is not what it was, and was read`;
  }
  if (!origin.payload) return undefined;
  const [start, end] = origin.payload;
  const outside = (content: Buffer) => Buffer.concat([content.subarray(0, start), content.subarray(end)]);
  if (inner.length !== origin.bytes.length || !outside(inner).equals(outside(origin.bytes))) return undefined;
  const payload = inner.subarray(start, end);
  const isWhole = payload.equals(origin.bytes.subarray(start, end));
  const names = bytes === inner ? undefined : 'x';
  const isEqual = tensors.every((tensor, index) =>
    isSame({ ...origin.tensors[index]!, name: names ?? tensor.name }, tensor),
  );
  return isWhole === isEqual
    ? undefined
    : `the elements are ${isWhole ? 'whole' : 'damaged'}, and were read as if not`;
}

function isSame(good: { name: string }, read: { name: string }): boolean {
  return JSON.stringify(good) === JSON.stringify(read);
}

function problemOfError(error: unknown, file: string): string | undefined {
  if (!(error instanceof UserError)) return `no error for a user: ${(error as Error)?.stack ?? error}`;
  if (error.place?.file !== file) return `the error names the file "${error.place?.file}"`;
  const isSaid =
    /^[A-Z"].{10,}\.$/s.test(error.message) && !/(?<!is of )undefined|NaN|\[object/.test(error.message);
  return isSaid ? undefined : `the error gives no reason: ${error.message}`;
}

async function read(file: string, limits = LIMITS): Promise<Tensor[]> {
  const { tensors, close } = await openTensors(file, limits);
  try {
    return await Promise.all(tensors.map(loadTensor));
  } finally {
    await close();
  }
}

/** Writes each input over the one before: a file that is opened for writing again each time is slow on a busy disk. */
function openTargets() {
  const descriptors = new Map<string, number>();
  return {
    write({ ending, bytes }: Input): string {
      const file = path.join(folder, `x${ending}`);
      const descriptor = descriptors.get(ending) ?? openSync(file, 'w');
      descriptors.set(ending, descriptor);
      writeSync(descriptor, bytes, 0, bytes.length, 0);
      ftruncateSync(descriptor, bytes.length);
      return file;
    },
    close() {
      for (const descriptor of descriptors.values()) closeSync(descriptor);
    },
  };
}

/** Reads one input and gives the outcome. Throws when it is wrong. */
async function outcomeOf(index: number, write: (input: Input) => string): Promise<string> {
  const random = randomOf(seed, index);
  const input = makeInput(random);
  const file = write(input);
  // every other run unpacks to files
  const limits = random(2) === 0 ? LIMITS : { ...LIMITS, heldArrayBytes: 64 };
  const openedAt = performance.now();
  const result = await read(file, limits).catch((error: unknown) => error);
  const tookMs = performance.now() - openedAt;
  const problem = tookMs > DEADLINE_MS ? `it took ${tookMs} ms` : problemOf(input, result, file);
  if (problem) throw new Error(`seed ${seed}, input ${index} (from ${input.origin.file}): ${problem}`);
  return result instanceof UserError ? result.code : 'read';
}

function checkBounds(rssBefore: number, index: number): void {
  const grown = process.memoryUsage().rss - rssBefore;
  const left = readdirSync(folder).filter((name) => !name.startsWith('x.'));
  if (grown <= MOST_BYTES && left.length === 0) return;
  throw new Error(`seed ${seed}, before input ${index}: memory grew by ${grown} bytes, files left: ${left}`);
}

const title = `${inputs} damaged files are read as they are or refused in words, in time and in bounds`;

test(title, { timeout: 60_000 + inputs * 20 }, async () => {
  vi.stubEnv('TMPDIR', folder);
  const targets = openTargets();
  const watch = watchdog(10 * DEADLINE_MS, `fuzz: seed ${seed} hangs at input `);
  const rssBefore = process.memoryUsage().rss;
  const startedAt = performance.now();
  const outcomes = new Map<string, number>();
  try {
    for (let index = from; index < from + inputs; index++) {
      watch.at(index);
      const outcome = await outcomeOf(index, targets.write);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (index % 1000 === 0) checkBounds(rssBefore, index);
    }
  } finally {
    await watch.close();
    targets.close();
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const counts = [...outcomes].sort().map(([outcome, count]) => `${count} ${outcome}`);
  console.log(`fuzz: seed ${seed}, ${inputs} inputs in ${seconds} s: ${counts.join(', ')}`);
  const likely = ['read', 'E_NPZ', 'E_SAFETENSORS', 'E_ONNX_TENSOR', 'E_TENSOR_FILE'];
  if (inputs >= 1000) expect([...outcomes.keys()]).toEqual(expect.arrayContaining(likely));
});
