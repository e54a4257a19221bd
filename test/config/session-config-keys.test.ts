import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SESSION_CONFIG_KEYS, sessionConfigMistake } from '../../harness/config/session-config-keys.ts';

/** ONNX Runtime's shared libraries for Linux, as onnxruntime-node ships them. */
function libraries(): Buffer[] {
  const root = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const linux = path.join(root, 'bin', 'napi-v6', 'linux');
  return readdirSync(linux).flatMap((arch) =>
    readdirSync(path.join(linux, arch))
      .filter((name) => name.startsWith('libonnxruntime.so'))
      .map((name) => readFileSync(path.join(linux, arch, name))),
  );
}

test('every key that is let through is one that the shipped ONNX Runtime holds', () => {
  const binaries = libraries();
  expect(binaries.length).toBeGreaterThan(0);
  const unknown = SESSION_CONFIG_KEYS.filter(
    (key) => !binaries.some((binary) => binary.includes(`${key}\0`)),
  );
  expect(unknown).toEqual([]);
  expect(binaries.some((binary) => binary.includes('session.x64quantpercision\0'))).toBe(false);
});

test.for([
  ['session.x64quantprecision', undefined],
  ['session.disable_prepaking', ['Did you mean "session.disable_prepacking"?']],
  [
    'session.graph_optimization_level',
    ['write  optimization: disabled | basic | extended | all  in the delegate instead'],
  ],
  ['nonsense', [expect.stringMatching(/^known keys: "mlas\.disable_kleidiai", /)]],
] as const)('%s', ([key, remedies]) => {
  expect(sessionConfigMistake(key)?.remedies).toEqual(remedies);
});
