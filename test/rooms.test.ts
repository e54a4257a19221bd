import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/**
 * Which room may import which (architecture.md, "Rooms"). A room that is not listed here, and an import that is not listed
 * for its room, fails.
 */
const TIER_OF_FILES = ['config', 'store', 'provision', 'report', 'comparison', 'diagnosis', 'history'];
const TIER_OF_MATHS = ['numerics', 'onnx', 'formats'];

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  numerics: ['domain'],
  onnx: ['domain'],
  formats: ['domain', 'onnx'],
  agents: ['domain'],
  comparison: ['domain', 'numerics'],
  diagnosis: ['domain', 'numerics', 'onnx'],
  history: ['domain'],
  config: ['domain', ...TIER_OF_MATHS],
  store: ['domain', ...TIER_OF_MATHS],
  provision: ['domain'],
  report: ['domain', ...TIER_OF_MATHS],
  fleet: ['domain', 'agents'],
  stages: ['domain', ...TIER_OF_MATHS, ...TIER_OF_FILES],
  serve: ['domain', 'store', 'report'],
  bench: ['domain', 'numerics', 'onnx', 'formats', 'comparison', 'store', 'stages'],
  cli: ['domain', 'stages', 'bench', 'serve', ...TIER_OF_FILES, ...TIER_OF_MATHS],
};

/** The one stage that talks to devices, and the two commands that open sessions without a run. */
const MAY_IMPORT_FLEET = /^stages\/(capture\.ts|capture\/)/;

const harness = path.resolve(import.meta.dirname, '../harness');

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function importsOfHarness(): Import[] {
  const files = readdirSync(harness, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !file.startsWith('appium-soc-driver'),
  );
  return files.flatMap((file) =>
    ts
      .preProcessFile(readFileSync(path.join(harness, file), 'utf8'), true, true)
      .importedFiles.map(({ fileName }) => fileName)
      .filter((name) => name.startsWith('.'))
      .map((name) => ({
        file,
        from: roomOf(file),
        to: roomOf(path.relative(harness, path.resolve(harness, path.dirname(file), name))),
      })),
  );
}

const roomOf = (file: string): string => (file.includes(path.sep) ? file.split(path.sep)[0]! : file);

const imports = importsOfHarness();

test('there are imports to check, in every room', () => {
  expect(imports.length).toBeGreaterThan(100);
  const rooms = new Set(imports.map(({ from }) => from));
  expect([...rooms].sort()).toEqual(expect.arrayContaining(['cli', 'config', 'fleet', 'stages', 'store']));
});

test('imports go down the tiers only', () => {
  const wrong = imports.filter(({ file, from, to }) => {
    if (from === to || from === 'index.ts') return false;
    if (['fleet', 'agents'].includes(to) && MAY_IMPORT_FLEET.test(file)) return false;
    return !(ALLOWED[from] ?? []).includes(to);
  });
  expect(wrong.map(({ file, to }) => `${file} imports ${to}/`)).toEqual([]);
});

test('agents stay small: at run time they import their own room alone', () => {
  const agents = imports.filter(({ from, to }) => from === 'agents' && to === 'domain');
  const runtime = agents.filter(({ file }) =>
    /^import (?!type\b).*domain\//m.test(readFileSync(path.join(harness, file), 'utf8')),
  );
  expect(agents.length).toBeGreaterThan(0);
  expect(runtime.map(({ file }) => file)).toEqual([]);
});
