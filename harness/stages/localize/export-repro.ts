import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Runtime } from '../../domain/device.ts';
import type { CauseFinding, TargetDiagnosis } from '../../domain/diagnosis.ts';
import type { DeviceFacts } from '../../domain/run-files.ts';
import type { StoredCase } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { cutGraph, type Island } from '../../onnx/graph-cut.ts';
import { islandModel } from '../../onnx/replay-model.ts';
import { markdownCode, markdownText } from '../../report/escape.ts';
import { answerOf } from '../compare/answers.ts';
import { expose } from './expose.ts';
import type { LocalizeInput } from './localize-target.ts';
import { isIdentical } from './measure-pair.ts';
import type { ModelRunner } from './model-runner.ts';
import { COMPARE_SCRIPT, NODE_SCRIPT, PAGE, SERVE_SCRIPT } from './repro-script.ts';

/**
 * Writes the smallest part of the model that still differs, for somebody who has neither the model nor fleetdiff: model.onnx, its
 * inputs, both outputs, versions, and a script that shows it. The part is run on both sides before anything is written.
 * @param folder empty (`acceptExportFolder`)
 * @throws UserError E_NOTHING_TO_EXPORT
 */
export async function exportRepro(
  folder: string,
  diagnosis: TargetDiagnosis,
  input: LocalizeInput,
): Promise<void> {
  const part = await smallestPart(diagnosis, input);
  const names = new Map<string, Uint8Array>([
    ['model.onnx', part.model],
    ...scriptsFor(input.candidate.delegate.runtime),
  ]);
  const stored = async (kind: string, tensors: readonly StoredTensor[]) => {
    const files: string[] = [];
    for (const [index, tensor] of tensors.entries()) {
      const file = `${kind}/${index}.bin`;
      names.set(file, await input.blobs.load(tensor));
      files.push(file);
    }
    return files;
  };
  const inputFiles = await stored('inputs', part.sample.inputs);
  const referenceFiles = await stored('reference', part.reference);
  const candidateFiles = await stored('candidate', part.candidate);
  const finding = findingOf(diagnosis, part);
  const repro = {
    schemaVersion: 1,
    kind: 'repro',
    title: finding?.title ?? 'Cause unknown',
    suite: diagnosis.suite,
    case: diagnosis.case,
    target: diagnosis.target,
    node: part.island?.node ?? null,
    operators: part.island?.operators ?? null,
    evidence: finding?.evidence ?? [],
    delegate: input.candidate.delegate,
    candidate: part.candidateDevice,
    reference: part.referenceDevice,
    inputs: part.sample.inputs.map((tensor, index) => describe(tensor, { file: inputFiles[index]! })),
    outputs: part.reference.map((tensor, index) =>
      describe(tensor, { reference: referenceFiles[index]!, candidate: candidateFiles[index]! }),
    ),
  };
  names.set('repro.json', Buffer.from(`${JSON.stringify(repro, null, 1)}\n`));
  names.set('README.md', Buffer.from(readme(diagnosis, part, input.candidate.delegate.runtime)));
  for (const [name, bytes] of names) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

interface Part {
  readonly model: Uint8Array;
  /** Undefined: the whole model. */
  readonly island?: Island;
  readonly sample: StoredCase;
  readonly reference: readonly StoredTensor[];
  readonly candidate: readonly StoredTensor[];
  readonly referenceDevice: DeviceFacts;
  readonly candidateDevice: DeviceFacts;
}

function scriptsFor(runtime: Runtime): readonly (readonly [string, Uint8Array])[] {
  const own =
    runtime === 'onnxruntime-node'
      ? { 'repro.mjs': NODE_SCRIPT }
      : { 'repro.html': PAGE, 'serve.mjs': SERVE_SCRIPT };
  return Object.entries({ 'compare.mjs': COMPARE_SCRIPT, ...own }).map(([name, text]) => [
    name,
    Buffer.from(text),
  ]);
}

/** The node of the leading finding when it still differs alone, then the first that does; else the whole model. */
async function smallestPart(diagnosis: TargetDiagnosis, input: LocalizeInput): Promise<Part> {
  const { suite, blobs, cases } = input;
  const bytes = await blobs.load(suite.model);
  const cut = cutGraph(bytes, suite.model.path);
  const leading = diagnosis.findings[0]?.node;
  const guilty = diagnosis.trace.filter(({ intrinsic }) => intrinsic !== null && !isIdentical(intrinsic));
  const order = [...guilty.filter(({ node }) => node === leading), ...guilty];
  for (const { tensor } of new Set(order)) {
    const island = cut.islands.find(({ outputs }) => outputs.includes(tensor));
    const part = island && (await partOf(island, bytes, input));
    if (part) return part;
  }
  const whole = await bothSides(bytes, cases[0]!, input);
  if (whole) return { ...whole, model: bytes };
  throw new UserError(
    'E_NOTHING_TO_EXPORT',
    `Target ${diagnosis.target} gives the reference's bytes in case ${diagnosis.case}: there is nothing to hand on.`,
  );
}

async function partOf(island: Island, bytes: Uint8Array, input: LocalizeInput): Promise<Part | undefined> {
  const { suite, reference, cases, budgetBytes } = input;
  const sample = cases[0]!;
  const given = new Map(sample.inputs.map((tensor) => [tensor.name, tensor]));
  const outputs = new Set(suite.model.facts.outputs.map(({ name }) => name));
  const taps = [...new Set([...island.inputs, ...island.outputs])].filter(
    (name) => !given.has(name) && !outputs.has(name),
  );
  const exposed = await expose(reference, suite.model, sample, taps, budgetBytes);
  const known = new Map([
    ...given,
    ...(exposed.outputs[0] ?? []).map((tensor) => [tensor.name, tensor] as const),
    ...exposed.tensors,
  ]);
  const made = islandModel(bytes, suite.model.path, island, (tensor) => known.get(tensor)!);
  const feeds = made.inputs.map((name) => ({ ...known.get(name)!, name }));
  const sides = await bothSides(made.bytes, { name: sample.name, inputs: feeds }, input);
  return sides && { ...sides, model: made.bytes, island };
}

/** What both sides make of a model; undefined when they agree or one cannot run it. */
async function bothSides(
  bytes: Uint8Array,
  sample: StoredCase,
  { reference, candidate, blobs }: LocalizeInput,
): Promise<Omit<Part, 'model' | 'island'> | undefined> {
  const model = await blobs.put(bytes);
  const run = (runner: ModelRunner) => runner.run({ model, cases: [sample] });
  const [left, right] = [await run(reference), await run(candidate)];
  if (left.status === 'failed' || right.status === 'failed') return undefined;
  const [expected = []] = left.cases[0]?.repeats ?? [];
  const [all = []] = right.cases[0]?.repeats ?? [];
  const found = expected.map(({ name }) => all.find((output) => output.name === name));
  if (found.some((output) => output === undefined)) return undefined;
  const same = expected.every((output, index) => answerOf(output) === answerOf(found[index]!));
  if (same) return undefined;
  return {
    sample,
    reference: expected,
    candidate: found as StoredTensor[],
    referenceDevice: left.device,
    candidateDevice: right.device,
  };
}

/** What was said of the exported node, and of no other. */
function findingOf({ findings }: TargetDiagnosis, { island }: Part): CauseFinding | undefined {
  return island ? findings.find(({ node }) => node === island.node) : findings[0];
}

function describe<Files>({ name, dtype, shape, sha256 }: StoredTensor, files: Files) {
  return { name, dtype, shape, sha256, ...files };
}

/**
 * A folder of somebody's is never written over.
 * @throws UserError E_EXPORT_FOLDER
 */
export async function acceptExportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length === 0) return;
  throw new UserError('E_EXPORT_FOLDER', 'The folder is not empty, and an export writes over nothing.', {
    place: { file: folder },
    remedies: ['name another folder with --export'],
  });
}

function readme(diagnosis: TargetDiagnosis, part: Part, runtime: Runtime): string {
  const finding = findingOf(diagnosis, part);
  // A version is the device's word, and this line is to be pasted into a shell.
  const [version] = /^[\w.+-]+$/.exec(part.candidateDevice.runtime.version) ?? [];
  const { candidateDevice, referenceDevice } = part;
  const where = (device: DeviceFacts) =>
    markdownText(
      [
        device.soc,
        device.arch,
        `${device.runtime.name} ${device.runtime.version}`,
        `${device.host.name} ${device.host.version}`,
        ...(device.emulator ? [device.emulator] : []),
      ].join(', '),
    );
  const what = part.island
    ? `node ${markdownCode(part.island.node)} (${markdownText(part.island.operators.join(', '))}), cut out of a larger model`
    : 'the whole model: no single node of it differs when it runs alone';
  return `# ${markdownText(finding?.title ?? 'Different outputs, cause unknown')}

One model, one input, two outputs: ${what}.

| | |
|---|---|
| reference | ${where(referenceDevice)} |
| candidate | ${where(candidateDevice)} |
| instruction sets of the candidate | ${markdownText(candidateDevice.isa.join(' '))} |

${(finding?.evidence ?? []).map((sentence) => `- ${markdownText(sentence)}`).join('\n')}

## Run it

\`\`\`
npm install ${runtime}${version === undefined ? '' : `@${version}`}
${howToRun(runtime)}
What the candidate gave is in \`candidate/\`, what the reference gave in \`reference/\`: raw elements, little-endian, in C order;
\`repro.json\` has names, dtypes and shapes.
`;
}

function howToRun(runtime: Runtime): string {
  if (runtime === 'onnxruntime-node') {
    return `node repro.mjs
\`\`\`
Exit code 1: the outputs differ on this machine too. 0: they are the reference's, bit for bit.`;
  }
  return `node serve.mjs
\`\`\`
Open the address that it prints in the browser in question: it says how many elements differ from the reference's.`;
}
