import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBudgetsFile } from '../../harness/config/budgets-file.ts';
import { checkBudgetNames } from '../../harness/config/check-budget-names.ts';
import { parseDevices, readDevicesFile } from '../../harness/config/devices-file.ts';
import { readSuiteFile } from '../../harness/config/suite-file.ts';
import { initFiles } from '../../harness/config/templates/init-files.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const templateOf = (name: string) => initFiles().find((file) => file.path === name)?.text ?? '';

test("the default fleet is the issue's, and all of it but this machine's CPU may be missing", async () => {
  const { appium, devices } = await readDevicesFile(path.join(ROOT, 'devices.yml'), {});
  expect(appium).toEqual({ mode: 'embedded' });
  const targets = devices.flatMap((device) =>
    device.delegates.map((delegate) => {
      const optional = device.optional || delegate.optional === true;
      return `${device.name}/${delegate.name} ${delegate.runtime} ${optional ? 'optional' : 'needed'}`;
    }),
  );
  expect(targets).toEqual([
    'workstation/cpu onnxruntime-node needed',
    'workstation/cpu-noopt onnxruntime-node needed',
    'workstation/webgpu onnxruntime-node optional',
    'haswell/cpu onnxruntime-node optional',
    'nehalem/cpu onnxruntime-node optional',
    'cortex-a53/cpu onnxruntime-node optional',
    'cortex-a76/cpu onnxruntime-node optional',
    'neoverse-v1/cpu onnxruntime-node optional',
    'chromium/wasm onnxruntime-web optional',
    'chromium/webgpu onnxruntime-web optional',
    'chromium/webgpu-jsep onnxruntime-web optional',
  ]);
});

test('fleetdiff init writes the default fleet', () => {
  expect(templateOf('devices.yml')).toBe(readFileSync(path.join(ROOT, 'devices.yml'), 'utf8'));
});

/** Takes the comment signs off every block of comments whose first line starts so. */
function uncomment(text: string, starts: readonly string[]): string {
  let within = false;
  const lines = text.split('\n').map((line) => {
    within = /^ *#/.test(line) && (within || starts.some((start) => line.startsWith(start)));
    return within ? line.replace('# ', '') : line;
  });
  return lines.join('\n');
}

describe('the commented examples are valid once their comment signs are taken off', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'fleetdiff-init-'));
    mkdirSync(path.join(folder, 'cases'));
    const files = {
      'model.onnx': '',
      'labels.txt': 'a\n',
      'expected.csv': 'case,label\nc#0,a\n',
      'cases/c.npz': '',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    for (const { path: name, text } of initFiles()) {
      writeFileSync(path.join(folder, name), uncomment(text, ['# task:', '  # - match:', '# waivers:']));
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('suite.yml', async () => {
    const suite = await readSuiteFile(folder);
    expect(suite.task).toMatchObject({
      output: 'logits',
      topK: [1, 5],
      batchAxis: 0,
      expected: { 'c#0': 0 },
    });
  });

  test('budgets.yml', async () => {
    const budgets = await readBudgetsFile(path.join(folder, 'budgets.yml'));
    expect([budgets.rules.length, budgets.waivers.length]).toEqual([3, 1]);
  });

  test('devices.yml', () => {
    const env = { CLOUD_USER: 'u', CLOUD_KEY: 'k', PIXEL8_UDID: 'u', IPHONE15_UDID: 'u' };
    const text = templateOf('devices.yml').replace('appium:\n  mode: embedded\n', '');
    const own = uncomment(text, ['# appium:', '  # - name: raspberry', '  # - name: cloud']);
    const { appium, devices } = parseDevices(own, 'devices.yml', env);
    expect(appium).toMatchObject({ mode: 'url', display: 'https://hub.example.com' });
    expect(devices.slice(-2).map((device) => device.name)).toEqual(['raspberry-pi-5', 'cloud-chrome']);
    for (const [phone, driver] of [
      ['pixel-8', 'uiautomator2'],
      ['iphone-15', 'xcuitest'],
    ]) {
      expect(() => parseDevices(uncomment(text, [`  # - name: ${phone}`]), 'devices.yml', env)).toThrow(
        driver,
      );
    }
  });
});

test('the skeleton is a suite as soon as a model and a case lie beside it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetdiff-init-'));
  for (const { path: name, text } of initFiles()) writeFileSync(path.join(folder, name), text);
  await expect(readSuiteFile(folder)).rejects.toThrow('The pattern "cases/*.npz" matches no file');
  mkdirSync(path.join(folder, 'cases'));
  writeFileSync(path.join(folder, 'cases', 'first.npz'), '');
  await expect(readSuiteFile(folder)).rejects.toThrow('model names "model.onnx", but there is no');
  writeFileSync(path.join(folder, 'model.onnx'), '');
  const suite = await readSuiteFile(folder);
  const budgets = await readBudgetsFile(suite.budgets!);
  const nothing = { suites: [], cases: [], tensors: [], devices: [], delegates: [], socs: [], tags: [] };
  // No rule that is not commented out names anything: it fits whatever model is there.
  expect(() => checkBudgetNames(budgets, nothing)).not.toThrow();
  rmSync(folder, { recursive: true });
});
