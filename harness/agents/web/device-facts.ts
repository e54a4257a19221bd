import type { DeviceFacts } from '../../domain/run-files.ts';

interface UserAgentData {
  readonly platform?: string;
  getHighEntropyValues(names: readonly string[]): Promise<{
    readonly architecture?: string;
    readonly bitness?: string;
    readonly platformVersion?: string;
    readonly fullVersionList?: readonly { readonly brand: string; readonly version: string }[];
  }>;
}

interface Gpu {
  requestAdapter(): Promise<{
    readonly info?: {
      readonly vendor?: string;
      readonly architecture?: string;
      readonly description?: string;
    };
  } | null>;
}

/** One function of one instruction each: `i8x16.splat`, and `i8x16.relaxed_swizzle`. A browser that validates it has the feature. */
const WASM_FEATURES: readonly (readonly [name: string, instructions: readonly number[]])[] = [
  ['wasm-simd128', [65, 0, 253, 15, 26]],
  ['wasm-relaxed-simd', [65, 0, 253, 15, 65, 0, 253, 15, 253, 128, 2, 26]],
];

/** Providers that this browser offers to onnxruntime-web. */
export function providersHere(): readonly string[] {
  return gpu() ? ['wasm', 'webgpu'] : ['wasm'];
}

/**
 * What a page can know of its device. A page computes with WebAssembly's instructions, whatever the CPU below has; so `isa`
 * is led by `wasm32`, and a matcher for, say, `x86_64 !vnni` does not take a browser for an old CPU.
 */
export async function deviceFacts(runtimeVersion: string, gpuComputed: boolean): Promise<DeviceFacts> {
  const data = (navigator as { userAgentData?: UserAgentData }).userAgentData;
  const wished = ['architecture', 'bitness', 'platformVersion', 'fullVersionList'];
  const values = data ? await data.getHighEntropyValues(wished) : {};
  const adapter = gpuComputed ? await adapterName() : undefined;
  return {
    soc: 'not visible to a page',
    arch: archName(values.architecture, values.bitness),
    isa: ['wasm32', ...WASM_FEATURES.filter(([, code]) => validates(code)).map(([name]) => name)],
    os: [data?.platform ?? navigator.platform, values.platformVersion].filter(Boolean).join(' '),
    runtime: { name: 'onnxruntime-web', version: runtimeVersion },
    host: browserVersion(values.fullVersionList),
    ...(adapter ? { adapter } : {}),
  };
}

function archName(architecture = '', bitness = ''): string {
  if (architecture === 'x86' && bitness === '64') return 'x86_64';
  if (architecture === 'arm' && bitness === '64') return 'aarch64';
  return [architecture, bitness].filter(Boolean).join('-') || 'unknown';
}

/** The brand that stands for the engine's maker; browsers add a made-up one ("Not A;Brand") on purpose. */
function browserVersion(brands: readonly { brand: string; version: string }[] = []): DeviceFacts['host'] {
  const real = brands.filter(({ brand }) => !/not.*brand/i.test(brand));
  const chosen = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  if (chosen) return { name: chosen.brand, version: chosen.version };
  const [, name, version] = /(Firefox|Chrome|Version)\/([\d.]+)/.exec(navigator.userAgent) ?? [];
  return { name: name === 'Version' ? 'Safari' : (name ?? 'browser'), version: version ?? 'unknown' };
}

async function adapterName(): Promise<string | undefined> {
  const info = (await gpu()?.requestAdapter())?.info;
  if (!info) return undefined;
  return info.description || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'unnamed';
}

function gpu(): Gpu | undefined {
  return (navigator as { gpu?: Gpu }).gpu;
}

function validates(instructions: readonly number[]): boolean {
  const body = [0, ...instructions, 11];
  const code = [10, body.length + 2, 1, body.length, ...body];
  return WebAssembly.validate(
    new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, ...code]),
  );
}
