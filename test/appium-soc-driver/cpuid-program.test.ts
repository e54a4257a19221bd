import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { x86Isa } from '../../harness/agents/node/isa.ts';
import { x86SocName } from '../../harness/agents/node/soc-name.ts';
import { cpuidProgram, readCpuid } from '../../harness/appium-soc-driver/src/cpuid-program.ts';

// On other hosts the program runs in the emulator only: emulated-session.test.ts.
test.runIf(process.arch === 'x64')('on a real CPU it says what the kernel says', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetdiff-test-cpuid-'));
  try {
    const file = path.join(folder, 'cpuid');
    writeFileSync(file, cpuidProgram(), { mode: 0o700 });
    const cpuinfo = readFileSync('/proc/cpuinfo', 'utf8');
    const facts = readCpuid(execFileSync(file));
    expect(facts.isa).toEqual(x86Isa(cpuinfo));
    expect(facts.brand).toBe(x86SocName(cpuinfo));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Output of a CPU whose leaves hold only what is given: index of the leaf in the program, register, value. */
function output(
  ...values: readonly (readonly [leaf: number, register: number, value: number])[]
): Uint8Array {
  const words = new BigUint64Array(8 * 4);
  for (const [leaf, register, value] of values) words[(7 - leaf) * 4 + register] = BigInt(value);
  return new Uint8Array(words.buffer);
}

const EAX = 0;
const EBX = 1;
test.for([
  ['leaf 7 counts when the CPU has it', output([0, EAX, 7], [2, EBX, 1 << 5]), ['x86_64', 'avx2']],
  ['leaf 7 of a CPU that ends before it is noise', output([0, EAX, 4], [2, EBX, 1 << 5]), ['x86_64']],
  [
    'subleaf 1 counts when the CPU has it',
    output([0, EAX, 7], [2, EAX, 1], [3, EAX, 1 << 4]),
    ['x86_64', 'avx_vnni', 'vnni'],
  ],
  ['subleaf 1 of a CPU that has none is noise', output([0, EAX, 7], [3, EAX, 1 << 4]), ['x86_64']],
] as const)('%s', ([, bytes, isa]) => {
  expect(readCpuid(bytes).isa).toEqual(isa);
});

test('output of another length is no answer', () => {
  expect(() => readCpuid(new Uint8Array(255))).toThrow('255 bytes instead of 256');
});
