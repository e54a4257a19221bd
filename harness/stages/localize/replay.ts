import type { StoredCase } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import type { GraphCut, Island } from '../../onnx/graph-cut.ts';
import { replayModel } from '../../onnx/replay-model.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { inBatches } from './in-batches.ts';
import type { ModelRun, ModelRunner } from './model-runner.ts';

/** Islands computed from given inputs. */
export interface Replayed {
  /** By the name of the tensor in the model. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** By the tensor's name: why it could not be replayed. */
  readonly refused: ReadonlyMap<string, string>;
}

export interface ReplayOptions {
  readonly modelBytes: Uint8Array;
  /** Named in errors. */
  readonly file: string;
  readonly islands: readonly Island[];
  /** Graph inputs and cut tensors as the reference has them. */
  readonly known: ReadonlyMap<string, StoredTensor>;
  readonly caseName: string;
  readonly blobs: BlobStore;
  readonly budgetBytes: number;
  readonly change?: ModelRun['change'];
  /** Tensors inside the islands to expose as well. */
  readonly taps?: readonly string[];
}

/**
 * Computes each island on a target from the reference's tensors: what differs then is the island's own doing. All islands
 * that fit the budget stand side by side in one model, so the cost grows with the number of nodes.
 */
export async function replay(runner: ModelRunner, options: ReplayOptions): Promise<Replayed> {
  const { islands, known, modelBytes, file, blobs, caseName, change, taps = [] } = options;
  const tensors = new Map<string, StoredTensor>();
  const refused = new Map<string, string>();
  const ready = islands.filter((island) => {
    const lacking = island.inputs.find((input) => !known.has(input));
    if (lacking === undefined) return true;
    for (const output of island.outputs) refused.set(output, `its input "${lacking}" could not be exposed`);
    return false;
  });
  const { failed } = await inBatches(
    ready,
    ({ inputs, outputs }) =>
      [...inputs, ...outputs].reduce((sum, name) => sum + (known.get(name)?.bytes ?? 0), 0),
    options.budgetBytes,
    async (batch) => {
      const made = replayModel(modelBytes, file, batch, (tensor) => known.get(tensor)!);
      const sample: StoredCase = {
        name: caseName,
        inputs: made.inputs.map((input) => ({ ...known.get(input)!, name: input })),
      };
      const answer = await runner.run({
        model: await blobs.put(made.bytes),
        cases: [sample],
        taps,
        ...(change && { change }),
      });
      if (answer.status === 'failed') return answer;
      const outputs = new Map(answer.cases[0]?.repeats[0]?.map((output) => [output.name, output]));
      for (const { name, tensor } of made.outputs) {
        const found = outputs.get(name);
        if (found) tensors.set(tensor, { ...found, name: tensor });
      }
      for (const tap of taps) {
        const found = outputs.get(tap);
        if (found) tensors.set(tap, found);
      }
      return { status: 'done', value: undefined };
    },
  );
  for (const { item, reason } of failed) for (const output of item.outputs) refused.set(output, reason);
  return { tensors, refused };
}

/** The tensors of a trace in graph order, each with its island. */
export function tracedTensors(
  cut: GraphCut,
): readonly { readonly tensor: string; readonly island: Island }[] {
  return cut.islands.flatMap((island) => island.outputs.map((tensor) => ({ tensor, island })));
}
