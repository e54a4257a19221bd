// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what devices.yml writes
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDevices, readDevicesFile, resolveCapabilities } from '../../harness/config/devices-file.ts';
import { errorText } from './error-text.ts';

/** One soc device; its own keys start on line 6. */
const withDevice = (...lines: string[]) =>
  [
    'schema: fleetdiff/devices@1',
    'delegates:',
    '  cpu: {runtime: onnxruntime-node, provider: cpu}',
    '  wasm: {runtime: onnxruntime-web, provider: wasm}',
    'devices:',
    ...lines.map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)),
    '',
  ].join('\n');

const HOST = ['name: a', 'driver: soc', 'launch: host'];

/** One delegate on line 3, used by one device. */
const withDelegate = (delegate: string) =>
  `schema: fleetdiff/devices@1\ndelegates:\n  x: ${delegate}\ndevices:\n  - {name: a, driver: soc, launch: host, delegates: [x]}\n`;

const read = (text: string, env: Record<string, string | undefined> = {}) =>
  parseDevices(text, 'devices.yml', env);

describe('delegates', () => {
  test('defaults: one thread, all optimizations, the bundle of the provider', () => {
    const { devices } = read(`schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
  wasm: {runtime: onnxruntime-web, provider: wasm}
  webgpu: {runtime: onnxruntime-web, provider: webgpu}
  webgpu-jsep: {runtime: onnxruntime-web, provider: webgpu, bundle: all}
devices:
  - {name: a, driver: soc, launch: host, delegates: [cpu]}
  - {name: b, driver: chromium, delegates: [wasm, webgpu, webgpu-jsep]}
`);
    const base = { threads: 1, optimization: 'all', sessionConfig: {}, env: {} };
    expect(devices[0]?.delegates).toEqual([
      { name: 'cpu', runtime: 'onnxruntime-node', provider: 'cpu', ...base },
    ]);
    expect(devices[1]?.delegates).toEqual([
      { name: 'wasm', runtime: 'onnxruntime-web', provider: 'wasm', bundle: 'wasm', ...base },
      { name: 'webgpu', runtime: 'onnxruntime-web', provider: 'webgpu', bundle: 'webgpu', ...base },
      { name: 'webgpu-jsep', runtime: 'onnxruntime-web', provider: 'webgpu', bundle: 'all', ...base },
    ]);
  });

  test('a device overrides a delegate key by key, or defines one of its own', () => {
    const { devices } = read(`schema: fleetdiff/devices@1
delegates:
  webgpu: {runtime: onnxruntime-web, provider: webgpu, threads: 2}
devices:
  - name: a
    driver: soc
    launch: host
    delegates:
      - webgpu: {runtime: onnxruntime-node, env: {VK_ICD_FILENAMES: /icd.json}, optional: true}
      - precise: {runtime: onnxruntime-node, provider: cpu, sessionConfig: {session.x64quantprecision: 1}}
  - {name: b, driver: chromium, delegates: [webgpu]}
`);
    expect(devices[0]?.delegates).toEqual([
      {
        name: 'webgpu',
        runtime: 'onnxruntime-node',
        provider: 'webgpu',
        threads: 2,
        optimization: 'all',
        sessionConfig: {},
        env: { VK_ICD_FILENAMES: '/icd.json' },
        optional: true,
      },
      {
        name: 'precise',
        runtime: 'onnxruntime-node',
        provider: 'cpu',
        threads: 1,
        optimization: 'all',
        sessionConfig: { 'session.x64quantprecision': '1' },
        env: {},
      },
    ]);
    expect(devices[1]?.delegates[0]).toMatchObject({ runtime: 'onnxruntime-web', bundle: 'webgpu', env: {} });
  });
});

describe('devices', () => {
  test('what is not said has a default', () => {
    const { appium, devices } = read(withDevice(...HOST, 'delegates: [cpu]'));
    expect(appium).toEqual({ mode: 'embedded' });
    expect(devices[0]).toMatchObject({
      name: 'a',
      driver: 'soc',
      launch: { kind: 'host' },
      soc: 'host',
      tags: [],
      optional: false,
      capabilities: {},
      place: { file: 'devices.yml', line: 6 },
    });
  });

  test.for([
    [
      '{emulator: qemu-user, arch: aarch64, cpu: cortex-a53}',
      { kind: 'emulator', emulator: 'qemu-user', arch: 'aarch64', cpu: 'cortex-a53' },
      'cortex-a53',
    ],
    ['{ssh: pi@pi5.lab}', { kind: 'ssh', destination: 'pi@pi5.lab' }, 'unknown'],
    [
      '{ssh: pi5, port: "${PORT}", identityFile: keys/id, knownHostsFile: ~/.ssh/known_hosts, node: /opt/node}',
      {
        kind: 'ssh',
        destination: 'pi5',
        port: 2222,
        identityFile: path.join('lab', 'keys/id'),
        knownHostsFile: '~/.ssh/known_hosts',
        node: '/opt/node',
      },
      'unknown',
    ],
  ] as const)('launch %s', ([launch, expected, soc]) => {
    const text = withDevice('name: a', 'driver: soc', `launch: ${launch}`, 'delegates: [cpu]');
    const device = parseDevices(text, 'lab/devices.yml', { PORT: '2222' }).devices[0];
    expect(device?.launch).toEqual(expected);
    expect(device?.soc).toBe(soc);
  });
});

describe('secrets', () => {
  const CLOUD = `schema: fleetdiff/devices@1
appium: {mode: url, url: "https://\${CLOUD_USER}:\${CLOUD_KEY}@hub.example.com/wd/\${CLOUD_KEY}?key=\${CLOUD_KEY}"}
delegates:
  wasm: {runtime: onnxruntime-web, provider: wasm}
devices:
  - name: "\${NAME:-cloud}-chrome"
    driver: chromium
    soc: "\${SOC:-unknown}"
    capabilities: {"cloud:options": {accessKey: "\${CLOUD_KEY}", tags: ["a\${CLOUD_USER}"], price: "$\${5}"}}
    delegates: [wasm]
`;
  const ENV = { CLOUD_USER: 'ann', CLOUD_KEY: 's3cr3t', SOC: 'Snapdragon' };

  test('the environment is filled in, and what may be secret stays out of all that is stored', () => {
    const { appium, devices } = read(CLOUD, ENV);
    expect(appium).toEqual({
      mode: 'url',
      url: 'https://ann:s3cr3t@hub.example.com/wd/s3cr3t?key=s3cr3t',
      display: 'https://hub.example.com',
    });
    const device = devices[0]!;
    expect(device).toMatchObject({ name: 'cloud-chrome', soc: 'Snapdragon' });
    expect(JSON.stringify(devices)).not.toMatch(/s3cr3t|ann/);
    expect(resolveCapabilities(device, ENV)).toEqual({
      'cloud:options': { accessKey: 's3cr3t', tags: ['aann'], price: '${5}' },
    });
  });

  test('userinfo that is written in the file is not shown either', () => {
    const text = `schema: fleetdiff/devices@1\nappium: {mode: url, url: "http://ann:s3cr3t@127.0.0.1:4444/wd/hub"}\n${withDevice(...HOST, 'delegates: [cpu]').slice(28)}`;
    expect(read(text).appium).toMatchObject({ display: 'http://127.0.0.1:4444/wd/hub' });
  });

  test('an error quotes the file, not the environment', async () => {
    const text = withDevice('name: a', 'driver: soc', 'launch: "${KEY}"', 'delegates: [cpu]');
    expect(await errorText(() => read(text, { KEY: 's3cr3t' }))).toBe(
      [
        'E_DEVICES_SHAPE devices.yml:8',
        'devices[0].launch: expected host, {emulator: qemu-user, arch: …, cpu: …} or {ssh: user@host}; found "${KEY}".',
      ].join('\n'),
    );
    const bad = `schema: fleetdiff/devices@1\nappium: {mode: url, url: "ann:s3cr3t@hub"}\n${withDevice(...HOST, 'delegates: [cpu]').slice(28)}`;
    expect(await errorText(() => read(bad))).toBe(
      'E_DEVICES_APPIUM_URL devices.yml:2\nappium.url: expected a URL such as http://127.0.0.1:4723.',
    );
  });

  test('a default also stands in for an empty variable, as in a shell', () => {
    const text = withDevice(...HOST, 'soc: "${SOC:-x:-y}"', 'delegates: [cpu]');
    expect(read(text, { SOC: '' }).devices[0]?.soc).toBe('x:-y');
    expect(read(text, { SOC: 'z' }).devices[0]?.soc).toBe('z');
  });
});

describe('a bad devices.yml is told by line, with what was expected and found', () => {
  test.for([
    [
      'a variable that is not set',
      withDevice(...HOST, 'soc: "${SOC}"', 'delegates: [cpu]'),
      [
        'E_ENV_UNSET devices.yml:9',
        'The environment variable SOC is not set.',
        'set it:  export SOC=…',
        'or give a default:  ${SOC:-…}',
      ],
    ],
    [
      'a variable that is not set, in capabilities',
      withDevice('name: a', 'driver: chromium', 'capabilities: {a: ["${KEY}"]}', 'delegates: [wasm]'),
      [
        'E_ENV_UNSET devices.yml:8',
        'The environment variable KEY is not set.',
        'set it:  export KEY=…',
        'or give a default:  ${KEY:-…}',
      ],
    ],
    [
      'a reference that is none',
      withDevice(...HOST, 'soc: "${a b}"', 'delegates: [cpu]'),
      [
        'E_ENV_SYNTAX devices.yml:9',
        'Expected a variable\'s name in "${a b}".',
        'write ${NAME} or ${NAME:-default}; write $${ for a literal ${',
      ],
    ],
    [
      'a reference without quotes in braces',
      withDevice(...HOST, 'capabilities: {key: ${KEY}}', 'delegates: [cpu]'),
      [
        'E_YAML_SYNTAX devices.yml:9',
        expect.stringMatching(/^Not valid YAML: /),
        'put a text that holds ${…} in double quotes',
      ],
    ],
    [
      'a misspelt driver',
      withDevice('name: a', 'driver: chrome', 'delegates: [wasm]'),
      [
        'E_DEVICES_SHAPE devices.yml:7',
        'devices[0].driver: expected one of "soc", "chromium"; found "chrome".',
        'Did you mean "chromium"?',
      ],
    ],
    [
      'a driver that no session speaks yet',
      withDevice('name: pixel-8', 'driver: uiautomator2', 'udid: "1"', 'delegates: [cpu]'),
      [
        'E_DEVICE_DRIVER_NOT_BUILT devices.yml:7',
        'fleetdiff cannot drive a device through "uiautomator2" yet; it can through "soc" and "chromium".',
        'take the device out of the file, or put it in comments',
        'a board that runs Node can be reached with  driver: soc  and  launch: {ssh: user@host}',
      ],
    ],
    [
      'a misspelt key',
      withDevice(...HOST, 'delegate: [cpu]'),
      [
        'E_DEVICES_SHAPE devices.yml:9',
        'Unknown key "delegate" in devices[0]; known keys are: "name", "driver", "launch", "soc", "tags", "optional", "delegates", "capabilities".',
        'Did you mean "delegates"?',
      ],
    ],
    [
      'an unknown delegate',
      withDevice(...HOST, 'delegates:', '  - cup'),
      [
        'E_DEVICE_UNKNOWN_DELEGATE devices.yml:10',
        'The device names delegate "cup", but the file\'s delegates are: "cpu", "wasm".',
        'Did you mean "cpu"?',
      ],
    ],
    [
      'a delegate that every object inherits',
      withDevice(...HOST, 'delegates: [constructor]'),
      [
        'E_DEVICE_UNKNOWN_DELEGATE devices.yml:9',
        'The device names delegate "constructor", but the file\'s delegates are: "cpu", "wasm".',
      ],
    ],
    [
      'a delegate of two names',
      withDevice(...HOST, 'delegates: [{cpu: {}, wasm: {}}]'),
      [
        'E_DEVICES_SHAPE devices.yml:9',
        "devices[0].delegates[0]: expected a delegate's name, or one name with what is different here, such as  cpu: {threads: 4}; found a mapping.",
      ],
    ],
    [
      'an override with a typo',
      withDevice(...HOST, 'delegates:', '  - cpu:', '      thread: 4'),
      [
        'E_DEVICES_SHAPE devices.yml:11',
        'Unknown key "thread" in devices[0].delegates[0].cpu; known keys are: "runtime", "provider", "threads", "optimization", "bundle", "sessionConfig", "env", "optional".',
        'Did you mean "threads"?',
      ],
    ],
    [
      'a definition that is incomplete',
      withDevice(...HOST, 'delegates: [{mine: {provider: cpu}}]'),
      [
        'E_DEVICES_SHAPE devices.yml:9',
        'The key "runtime" is missing in devices[0].delegates[0].mine; expected one of "onnxruntime-node", "onnxruntime-web".',
      ],
    ],
    [
      'a delegate for a browser on a process',
      withDevice(...HOST, 'delegates: [cpu, wasm]'),
      [
        'E_DEVICE_RUNTIME devices.yml:9',
        'The driver "soc" runs onnxruntime-node, but delegate "wasm" is for onnxruntime-web.',
        'give the device a delegate with  runtime: onnxruntime-node',
      ],
    ],
    [
      'a provider that the runtime lacks',
      withDelegate('{runtime: onnxruntime-node, provider: cpus}'),
      [
        'E_DEVICE_PROVIDER devices.yml:3',
        'onnxruntime-node has no provider "cpus"; it has: "cpu", "webgpu", "cuda", "coreml", "dml".',
        'Did you mean "cpu"?',
      ],
    ],
    [
      'no thread',
      withDelegate('{runtime: onnxruntime-node, provider: cpu, threads: 0}'),
      ['E_DEVICES_SHAPE devices.yml:3', 'delegates.x.threads: expected a number of at least 1; found 0.'],
    ],
    [
      'half a thread',
      withDelegate('{runtime: onnxruntime-node, provider: cpu, threads: 1.5}'),
      ['E_DEVICES_SHAPE devices.yml:3', 'delegates.x.threads: expected a whole number; found 1.5.'],
    ],
    [
      'a bundle where there are none',
      withDelegate('{runtime: onnxruntime-node, provider: webgpu, bundle: all}'),
      [
        'E_DEVICE_DELEGATE devices.yml:3',
        'A bundle is a build of onnxruntime-web; onnxruntime-node has none.',
        'take the bundle out, or write  runtime: onnxruntime-web',
      ],
    ],
    [
      'an environment for a page',
      withDelegate('{runtime: onnxruntime-web, provider: wasm, env: {A: b}}'),
      [
        'E_DEVICE_DELEGATE devices.yml:3',
        'A page in a browser has no environment variables.',
        'take env out, or write  runtime: onnxruntime-node',
      ],
    ],
    [
      'a session option with a typo',
      withDelegate(
        '{runtime: onnxruntime-node, provider: cpu, sessionConfig: {session.x64quantpercision: 1}}',
      ),
      [
        'E_DEVICE_SESSION_CONFIG devices.yml:3',
        'Unknown session config key "session.x64quantpercision". ONNX Runtime would take it in silence and ignore it.',
        'Did you mean "session.x64quantprecision"?',
      ],
    ],
    [
      'a session option that has a word of its own',
      withDelegate(
        '{runtime: onnxruntime-node, provider: cpu, sessionConfig: {session.intra_op_num_threads: 4}}',
      ),
      [
        'E_DEVICE_SESSION_CONFIG devices.yml:3',
        'The session config key "session.intra_op_num_threads" is not set here.',
        'write  threads: N  in the delegate instead',
      ],
    ],
    [
      'no launch',
      withDevice('name: a', 'driver: soc', 'delegates: [cpu]'),
      [
        'E_DEVICES_SHAPE devices.yml:6',
        'The key "launch" is missing in devices[0]; expected host, {emulator: qemu-user, arch: …, cpu: …} or {ssh: user@host}.',
      ],
    ],
    [
      'a launch for a browser',
      withDevice('name: a', 'driver: chromium', 'launch: host', 'delegates: [wasm]'),
      [
        'E_DEVICES_SHAPE devices.yml:8',
        'devices[0]: only the driver "soc" takes a launch.',
        'take it out, or write  driver: soc',
      ],
    ],
    [
      'a misspelt architecture',
      withDevice(
        'name: a',
        'driver: soc',
        'launch: {emulator: qemu-user, arch: arch64, cpu: max}',
        'delegates: [cpu]',
      ),
      [
        'E_DEVICES_SHAPE devices.yml:8',
        'devices[0].launch.arch: expected one of "x86_64", "aarch64"; found "arch64".',
        'Did you mean "aarch64"?',
      ],
    ],
    [
      'an option in the place of a host',
      withDevice('name: a', 'driver: soc', 'launch: {ssh: -oProxyCommand=id}', 'delegates: [cpu]'),
      [
        'E_DEVICES_SHAPE devices.yml:8',
        'devices[0].launch.ssh: expected user@host, or an alias of your ssh configuration; found "-oProxyCommand=id".',
      ],
    ],
    [
      'a port that is none',
      withDevice('name: a', 'driver: soc', 'launch: {ssh: pi, port: 65536}', 'delegates: [cpu]'),
      [
        'E_DEVICES_SHAPE devices.yml:8',
        'devices[0].launch.port: expected a number of at most 65535; found 65536.',
      ],
    ],
    [
      'a name with a slash',
      withDevice('name: a/b', 'driver: soc', 'launch: host', 'delegates: [cpu]'),
      [
        'E_NAME devices.yml:6',
        'Device name "a/b": expected letters, digits, ".", "-" and "_", led by a letter or digit, at most 100.',
      ],
    ],
    [
      'a name that climbs',
      withDevice('name: ..', 'driver: soc', 'launch: host', 'delegates: [cpu]'),
      [
        'E_NAME devices.yml:6',
        'Device name "..": expected letters, digits, ".", "-" and "_", led by a letter or digit, at most 100.',
      ],
    ],
    [
      'a delegate listed twice',
      withDevice(...HOST, 'delegates: [cpu, cpu]'),
      ['E_DEVICE_DUPLICATE devices.yml:9', 'The device lists target "a/cpu" twice.'],
    ],
    [
      'two devices of one name',
      `${withDevice('name: A', 'driver: soc', 'launch: host', 'delegates: [cpu]')}  - {name: a, driver: soc, launch: host, delegates: [cpu]}\n`,
      [
        'E_DEVICE_DUPLICATE devices.yml:10',
        'The name "a" is taken by the device at line 6.',
        'give one of the two another name; case alone does not tell them apart',
      ],
    ],
    [
      'two targets in one folder',
      `${withDevice(...HOST, 'delegates: [{b.c: {runtime: onnxruntime-node, provider: cpu}}]')}  - {name: a.b, driver: soc, launch: host, delegates: [{c: {runtime: onnxruntime-node, provider: cpu}}]}\n`,
      [
        'E_DEVICE_DUPLICATE devices.yml:10',
        'Target "a.b/c" would be stored in the same folder as "a/b.c" at line 9.',
        'rename the device or the delegate of one of the two',
      ],
    ],
    [
      'an unused delegate with a mistake',
      withDelegate('{runtime: onnxruntime-node, provider: cpu}').replace(
        'devices:\n',
        '  y: {runtime: tflite}\ndevices:\n',
      ),
      [
        'E_DEVICES_SHAPE devices.yml:4',
        'delegates.y.runtime: expected one of "onnxruntime-node", "onnxruntime-web"; found "tflite".',
        'Line 4: The key "provider" is missing in delegates.y; expected text.',
      ],
    ],
    [
      'a url for an embedded Appium',
      `appium: {mode: embedded, url: "http://127.0.0.1:4723"}\n${withDevice(...HOST, 'delegates: [cpu]')}`,
      [
        'E_DEVICES_SHAPE devices.yml:1',
        'An embedded Appium is started by fleetdiff and takes no url.',
        'write  mode: url  to use that server',
        'or take the url out',
      ],
    ],
    [
      'no device',
      'schema: fleetdiff/devices@1\ndevices: []\n',
      ['E_DEVICES_SHAPE devices.yml:2', 'devices: expected at least one entry; found an empty list.'],
    ],
  ] as const)('%s', async ([, source, expected]) => {
    const text = await errorText(() => read(source));
    expect(text.split('\n')).toEqual(expected);
  });

  test('a file that is not there', async () => {
    const file = path.join(import.meta.dirname, 'no-such-folder', 'devices.yml');
    expect(await errorText(() => readDevicesFile(file, {}))).toBe(
      `E_FILE_MISSING ${file}\nThere is no such file.\nwrite one:  fleetdiff init\nor name another:  --devices FILE`,
    );
  });
});
