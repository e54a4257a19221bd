import type { ModelFacts, ModelOutput } from '../domain/suite.ts';
import type { TensorHeader } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { dtypeOfCode, nameOfCode } from './dtype-codes.ts';
import { allGraphs, type GraphIndex, indexGraph } from './graph-index.ts';
import { isIntegerOperator, multipliesFullRange } from './integer-arithmetic.ts';
import { quantizationOf } from './output-quantization.ts';
import { decodeModel, type ValueInfoProto } from './proto.ts';
import { externalData } from './tensor-proto.ts';

/**
 * What the harness must know of a model before it runs: the signature, the grid of each output, and whether its integer
 * arithmetic saturates on some processors. `file` is named in errors: E_NOT_A_MODEL, E_ONNX_EXTERNAL_DATA,
 * E_ONNX_DTYPE, E_MODEL_SIGNATURE.
 */
export function readModelFacts(bytes: Uint8Array, file: string): ModelFacts {
  const { graph } = decodeModel(bytes, file);
  const index = indexGraph(graph, file);
  const graphs = allGraphs(index);
  for (const each of graphs) refuseExternalData(each);
  const initializers = new Set((graph.initializer ?? []).map(({ name }) => name));
  const inputs = (graph.input ?? []).filter(({ name }) => !initializers.has(name));
  return {
    inputs: inputs.map((input) => header(input, 'input', file)),
    outputs: (graph.output ?? []).map((output) => outputOf(header(output, 'output', file), index)),
    u8s8FullRange: graphs.some((each) => each.nodes.some((node) => multipliesFullRange(node, each))),
    integerOperators: graphs.some((each) => each.nodes.some(isIntegerOperator)),
  };
}

function outputOf(output: TensorHeader, graph: GraphIndex): ModelOutput {
  const quantization = quantizationOf(output.name, graph);
  return quantization ? { ...output, quantization } : output;
}

/**
 * Name, dtype and shape of a graph input or output; a symbolic or unknown dimension is -1. An output whose rank is not declared
 * gets []: the runtime finds it. An input must declare it, or cases could not be checked.
 */
function header(info: ValueInfoProto, side: 'input' | 'output', file: string): TensorHeader {
  const name = info.name ?? '';
  const type = info.type?.tensorType;
  if (!type) {
    const found = info.type?.sequenceType ? 'a sequence' : info.type?.mapType ? 'a map' : 'of no known type';
    throw new UserError(
      'E_MODEL_SIGNATURE',
      `The ${side} "${name}" is ${found}; fleetdiff compares tensors.`,
      {
        place: { file },
        remedies: ['export the model with tensors as inputs and outputs (for scikit-learn: zipmap=False)'],
      },
    );
  }
  const code = type.elemType ?? 0;
  const dtype = dtypeOfCode(code);
  if (!dtype) {
    throw new UserError(
      'E_ONNX_DTYPE',
      `The ${side} "${name}" is of ${nameOfCode(code)}, which fleetdiff does not compare.`,
      { place: { file } },
    );
  }
  if (side === 'input' && !type.shape) {
    throw new UserError(
      'E_MODEL_SIGNATURE',
      `The input "${name}" does not declare how many dimensions it has.`,
      {
        place: { file },
        remedies: ['declare its shape when exporting the model; dimensions may stay symbolic'],
      },
    );
  }
  const shape = (type.shape?.dim ?? []).map((dimension) => {
    const length = Object.hasOwn(dimension, 'dimValue') ? Number(dimension.dimValue) : -1;
    return length >= 0 ? length : -1;
  });
  return { name, dtype, shape };
}

function refuseExternalData({ graph, file }: GraphIndex): void {
  const outside = (graph.initializer ?? []).find(({ dataLocation }) => dataLocation === 1);
  if (outside) throw externalData(outside.name ?? '', file);
}
