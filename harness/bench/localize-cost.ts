import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeNpz } from '../formats/npz-write.ts';
import { encodeModel } from '../onnx/proto.ts';
import { madeUpTensors } from './made-up-tensors.ts';
import { secondsOfCli } from './whole-process.ts';

export const LOCALIZED_NODES: readonly number[] = [50, 100, 200, 400];

const SUITE = `schema: fleetdiff/suite@1
name: chain
model: chain.onnx
runtime: onnx
cases: [case.npz]
`;
const DEVICES = `schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
devices:
  - {name: workstation, driver: soc, launch: host, delegates: [cpu]}
`;
const WIDTH = 64;
const ROWS = 64;

/** Seconds of the whole `fleetdiff localize` of a chain of so many float nodes, sessions and all; every tensor of it is looked at. */
export async function secondsOfLocalize(nodes: number): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-bench-'));
  try {
    await mkdir(path.join(folder, 'chain'));
    await mkdir(path.join(folder, '.fleetdiff'));
    // What was provided for this working folder serves here too.
    await symlink(path.resolve('.fleetdiff/parts'), path.join(folder, '.fleetdiff/parts'));
    await writeFile(path.join(folder, 'devices.yml'), DEVICES);
    await writeFile(path.join(folder, 'chain/suite.yml'), SUITE);
    await writeFile(path.join(folder, 'chain/chain.onnx'), chainModel(nodes));
    const { reference } = madeUpTensors('float32', 4 * ROWS * WIDTH);
    await writeFile(
      path.join(folder, 'chain/case.npz'),
      writeNpz([{ ...reference, name: 't0', shape: [ROWS, WIDTH] }]),
    );
    await secondsOfCli(['run', 'chain', '--repeats', '1', '--out', 'run', '--quiet'], folder);
    return await secondsOfCli(['localize', 'run', '--target', 'workstation/cpu', '--quiet'], folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** MatMul and Tanh in turn. */
function chainModel(nodes: number): Uint8Array {
  const { reference } = madeUpTensors('float32', 4 * WIDTH * WIDTH, 7);
  const weights = new Float32Array(reference.data.buffer).map((value) => value / 8);
  const FLOAT32 = 1;
  const info = (name: string) => ({
    name,
    type: { tensorType: { elemType: FLOAT32, shape: { dim: [{ dimValue: ROWS }, { dimValue: WIDTH }] } } },
  });
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'chain',
      input: [info('t0')],
      output: [info(`t${nodes}`)],
      initializer: [
        { name: 'w', dims: [WIDTH, WIDTH], dataType: FLOAT32, rawData: new Uint8Array(weights.buffer) },
      ],
      node: Array.from({ length: nodes }, (_, index) => ({
        name: `n${index}`,
        opType: index % 2 === 0 ? 'MatMul' : 'Tanh',
        input: index % 2 === 0 ? [`t${index}`, 'w'] : [`t${index}`],
        output: [`t${index + 1}`],
      })),
    },
  });
}
