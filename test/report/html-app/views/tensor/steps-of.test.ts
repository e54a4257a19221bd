import { expect, test } from 'vitest';
import { stepsOf } from '../../../../../harness/report/html-app/views/tensor/steps-of.ts';

const perTensor = { scale: [0.25], zeroPoint: [3], axis: null };
const perChannel = { scale: [0.5, 0.25], zeroPoint: [0, 0], axis: 1 };

test.for([
  ['an integer', { dtype: 'uint8' as const }, [0], 3, 250, 247],
  ['a dequantized value', { dtype: 'float32' as const, quantization: perTensor }, [9], 1, 0.25, -3],
  ['of a channel', { dtype: 'float32' as const, quantization: perChannel }, [4, 1], 1, 2, 4],
  [
    'a channel that there is not',
    { dtype: 'float32' as const, quantization: perChannel },
    [4, 7],
    1,
    2,
    undefined,
  ],
  ['a float without steps', { dtype: 'float32' as const }, [0], 1, 2, undefined],
  ['no number', { dtype: 'int8' as const }, [0], 1, 'NaN', undefined],
  ['an unknown tensor', undefined, [0], 1, 2, undefined],
] as const)('%s', ([, output, index, reference, candidate, steps]) => {
  expect(stepsOf({ index, reference, candidate }, output)).toBe(steps);
});
