import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { armIsa, x86Isa } from '../../harness/agents/node/isa.ts';
import { KNOWN_ISA_FEATURES, parseIsa } from '../../harness/config/isa.ts';

test.for([
  ['x86_64 !vnni', ['x86_64'], ['vnni']],
  [' X86_64,\tavx2  !AVX512F ', ['x86_64', 'avx2'], ['avx512f']],
  ['', [], []],
  ['!', [], ['']],
] as const)('%j', ([text, present, absent]) => {
  expect(parseIsa(text)).toEqual({ present, absent });
});

// A budget that names a feature which a probe reports must not be refused, so the list holds all that agents can report.
test('every Arm feature that the node agent can report is known', () => {
  const auxv = new DataView(new ArrayBuffer(48));
  for (const [pair, key] of [16n, 26n].entries()) {
    auxv.setBigUint64(pair * 16, key, true);
    auxv.setBigUint64(pair * 16 + 8, 0xffff_ffff_ffff_ffffn, true);
  }
  const reported = armIsa('', new Uint8Array(auxv.buffer)).filter((feature) => feature !== undefined);
  expect(reported).toContain('i8mm');
  expect(reported.filter((feature) => !KNOWN_ISA_FEATURES.includes(feature))).toEqual([]);
});

test('every x86 feature that the node agent can report is known', () => {
  const source = readFileSync(agentFile('node', 'isa.ts'), 'utf8');
  const every = [...source.matchAll(/'([a-z0-9_]+)'/g)].map(([, word]) => word);
  const reported = x86Isa(`flags : ${every.join(' ')}`);
  expect(reported).toEqual(expect.arrayContaining(['x86_64', 'avx2', 'avx512_vnni', 'vnni']));
  expect(reported.filter((feature) => !KNOWN_ISA_FEATURES.includes(feature))).toEqual([]);
});

test('every WebAssembly feature that the web agent can report is known', () => {
  const source = readFileSync(agentFile('web', 'device-facts.ts'), 'utf8');
  const reported = [...source.matchAll(/'(wasm(?:32|-)[a-z0-9-]*)'/g)].map(([, word]) => word!);
  expect(reported).toContain('wasm-simd128');
  expect(reported.filter((feature) => !KNOWN_ISA_FEATURES.includes(feature))).toEqual([]);
});

function agentFile(agent: string, name: string): string {
  return path.join(import.meta.dirname, '..', '..', 'harness', 'agents', agent, name);
}
