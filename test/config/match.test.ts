import { describe, expect, test } from 'vitest';
import { type MatchSubject, matches } from '../../harness/config/match.ts';
import { compileGlob, isGlob } from '../../harness/config/name-glob.ts';
import type { Matcher } from '../../harness/domain/budgets.ts';

describe('globs over names, which are no paths', () => {
  test.for([
    ['*', '/conv/Relu_output_0', true],
    ['*', '', true],
    ['*', '.hidden', true],
    ['/conv/*', '/conv/a/b', true],
    ['*Relu*', '/conv/Relu_output_0', true],
    ['**', 'a/b', true],
    ['*/cpu', 'haswell/cpu', true],
    ['*/cpu', 'haswell/cpu-noopt', false],
    ['webgpu*', 'webgpu-jsep', true],
    ['webgpu', 'webgpu-jsep', false],
    ['webgpu', 'my-webgpu', false],
    ['a?c', 'a/c', true],
    ['a?c', 'ac', false],
    ['a?c', 'a😀c', true],
    ['a.b', 'axb', false],
    ['x[0]', 'x[0]', true],
    ['x[0]', 'x0', false],
    ['a+(b)|c^$', 'a+(b)|c^$', true],
    ['!a', '!a', true],
    ['!a', 'b', false],
    ['{wasm,webgpu*}', 'webgpu-jsep', true],
    ['{wasm,webgpu*}', 'cpu', false],
    ['{wasm}', '{wasm}', true],
    ['a{', 'a{', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a\\', 'a\\', true],
    ['a*b', 'a\nb', true],
    ['Logits', 'logits', false],
  ] as const)('%s against %s: %s', ([glob, name, expected]) => {
    expect(compileGlob(glob)(name)).toBe(expected);
  });

  test('a glob is told from a name', () => {
    expect(['a*', 'a?', 'a\\*', '{a,b}'].map(isGlob)).toEqual([true, true, true, true]);
    expect(['a', '/conv/Relu', 'x[0]', '{a}', 'a,b'].map(isGlob)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

const SUBJECT: MatchSubject = {
  suite: 'digits-int8',
  case: 'digits-0',
  tensor: '/fc/Gemm_output_0',
  device: 'haswell',
  delegate: 'cpu',
  soc: 'Intel Haswell',
  tags: ['emulated', 'pr'],
  isa: ['x86_64', 'avx2', 'fma'],
};

describe('matchers', () => {
  test.for([
    [{}, true],
    [{ suite: '*', case: '*', tensor: '*', device: '*', delegate: '*', soc: '*', tag: '*' }, true],
    [{ tensor: '*Gemm*', device: 'haswell' }, true],
    [{ tensor: '*Gemm*', device: 'nehalem' }, false],
    [{ suite: 'digits' }, false],
    [{ case: 'digits-1' }, false],
    [{ delegate: 'cpu-*' }, false],
    [{ soc: 'Intel*' }, true],
    [{ soc: 'Arm*' }, false],
    [{ tag: 'pr' }, true],
    [{ tag: 'browser' }, false],
    [{ isa: 'x86_64 !vnni' }, true],
    [{ isa: 'X86_64, AVX2 !VNNI' }, true],
    [{ isa: 'x86_64 vnni' }, false],
    [{ isa: '!avx2' }, false],
    [{ isa: 'aarch64' }, false],
    [{ isa: 'avx' }, false],
  ] as const)('%o: %s', ([matcher, expected]) => {
    expect(matches(matcher as Matcher, SUBJECT)).toBe(expected);
  });

  test('a target whose features are unknown satisfies no isa, not even one of absence', () => {
    for (const isa of [undefined, []]) {
      const subject = { ...SUBJECT, isa };
      expect(matches({ isa: '!vnni' }, subject)).toBe(false);
      expect(matches({ device: 'haswell' }, subject)).toBe(true);
    }
  });

  test('a device without tags matches no tag', () => {
    expect(matches({ tag: '*' }, { ...SUBJECT, tags: [] })).toBe(false);
  });
});
