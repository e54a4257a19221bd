import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor, TensorHeader } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { memoryBytes } from './bytes.ts';
import { formatError } from './format-error.ts';
import {
  describeProvenance,
  GOLDEN_FILE,
  type GoldenCaseEntry,
  type GoldenFile,
  type GoldenProvenance,
  inputsSha256,
  isPlainFileName,
  sha256Hex,
} from './golden-file.ts';
import { loadTensor } from './load-tensor.ts';
import { openSafetensors } from './safetensors.ts';

export interface Golden {
  readonly provenance: GoldenProvenance;
  /** The provenance in words. */
  readonly origin: string;
  /** In the order of the cases asked for. */
  readonly cases: readonly { readonly name: string; readonly outputs: readonly Tensor[] }[];
}

/** What the golden must have been computed from. */
export interface GoldenExpectation {
  readonly suite: string;
  /** The suite's folder as a command names it; the suite's name when absent. */
  readonly folder?: string;
  readonly modelSha256: string;
  readonly cases: readonly {
    readonly name: string;
    readonly inputs: readonly (TensorHeader & { readonly sha256: string })[];
  }[];
}

/**
 * Reads a golden and checks that it belongs to this model and these inputs, and that its files are as they were written. Throws
 * E_GOLDEN_MISSING, E_GOLDEN_STALE (model, inputs or cases have changed since) or E_GOLDEN (a file is damaged).
 */
export async function readGolden(folder: string, expected: GoldenExpectation): Promise<Golden> {
  const file = path.join(folder, GOLDEN_FILE);
  const golden = await readGoldenFile(file, expected);
  const stale = (message: string) =>
    new UserError('E_GOLDEN_STALE', message, { place: { file }, remedies: approve(expected) });
  if (golden.suite !== expected.suite) {
    throw stale(`The golden is for suite "${golden.suite}"; this is suite "${expected.suite}".`);
  }
  if (golden.modelSha256 !== expected.modelSha256) {
    throw stale(
      `The golden is for model ${golden.modelSha256}; the suite's model is ${expected.modelSha256}.`,
    );
  }
  const names = new Set(expected.cases.map(({ name }) => name));
  const extra = Object.keys(golden.cases).find((name) => !names.has(name));
  if (extra !== undefined) throw stale(`The golden holds case "${extra}", which the suite lacks.`);
  const cases: { name: string; outputs: readonly Tensor[] }[] = [];
  for (const { name, inputs } of expected.cases) {
    const entry = Object.hasOwn(golden.cases, name) ? golden.cases[name] : undefined;
    if (!entry) throw stale(`The golden lacks case "${name}".`);
    if (entry.inputsSha256 !== inputsSha256(inputs)) {
      throw stale(`The inputs of case "${name}" have changed since the golden was computed.`);
    }
    cases.push({ name, outputs: await readOutputs(folder, entry) });
  }
  return { provenance: golden.provenance, origin: describeProvenance(golden.provenance), cases };
}

async function readOutputs(folder: string, { file: name, sha256 }: GoldenCaseEntry): Promise<Tensor[]> {
  const file = path.join(folder, name);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw formatError('E_GOLDEN', file, `The golden's file cannot be read: ${error.code}`);
  });
  const found = sha256Hex(bytes);
  if (found !== sha256) {
    throw formatError('E_GOLDEN', file, `The golden's file has sha256 ${found}; golden.json says ${sha256}`, {
      remedies: ['restore both files from version control'],
    });
  }
  const tensors = await openSafetensors(memoryBytes(bytes, file));
  return Promise.all(tensors.map(loadTensor));
}

/** Reads golden.json. Throws E_GOLDEN_MISSING, or E_GOLDEN when it is not what it should be. */
async function readGoldenFile(file: string, expected: GoldenExpectation): Promise<GoldenFile> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT')
      throw formatError('E_GOLDEN', file, `The file cannot be read: ${error.code}`);
    throw new UserError('E_GOLDEN_MISSING', `The suite "${expected.suite}" has no golden outputs here.`, {
      place: { file },
      remedies: [`compute it:  fleetdiff golden ${folderOf(expected)}`],
    });
  });
  const refuse = (reason: string) => formatError('E_GOLDEN', file, reason);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`The file is not JSON: ${(error as Error).message}`);
  }
  const { schemaVersion, kind } = asRecord(value);
  if (kind !== 'golden') throw refuse('The file is no golden: its kind is not "golden"');
  if (schemaVersion !== 1)
    throw refuse(`The file has schemaVersion ${schemaVersion}; this fleetdiff reads 1`);
  const problem = problemOf(value as GoldenFile);
  if (problem) throw refuse(`The file is damaged: ${problem}`);
  return value as GoldenFile;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** What is wrong with the parts that are read later; undefined when nothing is. */
function problemOf({ suite, modelSha256, cases, provenance }: GoldenFile): string | undefined {
  if (typeof suite !== 'string') return 'it names no suite';
  if (!SHA256.test(String(modelSha256))) return 'modelSha256 is no sha256';
  for (const [name, entry] of Object.entries(asRecord(cases))) {
    const { file, sha256, inputsSha256 } = asRecord(entry);
    if (typeof file !== 'string' || !isPlainFileName(file))
      return `case "${name}" names no file of this folder`;
    if (!SHA256.test(String(sha256)) || !SHA256.test(String(inputsSha256)))
      return `case "${name}" lacks its hashes`;
  }
  if (Object.keys(asRecord(cases)).length === 0) return 'it holds no case';
  const { runtime, provider, optimization, threads, host, computedAt } = asRecord(provenance);
  const machine = asRecord(host);
  const words = [
    asRecord(runtime).name,
    asRecord(runtime).version,
    provider,
    optimization,
    machine.soc,
    machine.arch,
  ];
  if (![...words, computedAt].every((word) => typeof word === 'string')) return 'its provenance is not whole';
  return typeof threads === 'number' ? undefined : 'its provenance is not whole';
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function approve(expected: GoldenExpectation): string[] {
  return [
    `look at what would change:  fleetdiff golden ${folderOf(expected)} --check`,
    `then take it:  fleetdiff golden ${folderOf(expected)} --approve`,
  ];
}

function folderOf({ folder, suite }: GoldenExpectation): string {
  return folder ?? suite;
}
