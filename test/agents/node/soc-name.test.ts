import { expect, test } from 'vitest';
import { armSocName, x86SocName } from '../../../harness/agents/node/soc-name.ts';

const core = (implementer: string, part: string) =>
  `CPU implementer\t: ${implementer}\nCPU part\t: ${part}\n`;

test.for([
  ['one kind of core', core('0x41', '0xd0b').repeat(4), undefined, 'Arm Cortex-A76'],
  [
    'a board',
    core('0x41', '0xd0b'),
    'Raspberry Pi 5 Model B Rev 1.0',
    'Raspberry Pi 5 Model B Rev 1.0 (Arm Cortex-A76)',
  ],
  ['big and little', core('0x41', '0xd05') + core('0x41', '0xd0b'), '', 'Arm Cortex-A55 + Arm Cortex-A76'],
  ['a core that the table lacks', core('0x41', '0xfff'), undefined, 'Arm part 0xfff'],
  ["another maker's core", core('0x51', '0xd03'), undefined, 'Qualcomm part 0xd03'],
  ['an unknown maker', core('0x99', '0x1'), undefined, 'implementer 0x99 part 0x1'],
  ['no core at all', 'model name : x', undefined, undefined],
] as const)('Arm: %s', ([, cpuinfo, board, name]) => {
  expect(armSocName(cpuinfo, board)).toBe(name);
});

test('x86: the model name', () => {
  expect(x86SocName('processor\t: 0\nmodel name\t: Intel(R) Xeon(R) CPU @ 2.00GHz\nflags : a\n')).toBe(
    'Intel(R) Xeon(R) CPU @ 2.00GHz',
  );
  expect(x86SocName('processor : 0')).toBeUndefined();
});
