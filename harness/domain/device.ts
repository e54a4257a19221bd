import type { Place } from './user-error.ts';

export type Runtime = 'onnxruntime-node' | 'onnxruntime-web';
export type Optimization = 'disabled' | 'basic' | 'extended' | 'all';

/** How a device runs a model. One provider is requested per run: in a list, unavailable ones are dropped in silence. */
export interface Delegate {
  readonly name: string;
  readonly runtime: Runtime;
  /** Execution provider as the runtime names it, such as `cpu`, `wasm`, `webgpu`. */
  readonly provider: string;
  /** Intra-op threads; 1 unless told otherwise. */
  readonly threads: number;
  readonly optimization: Optimization;
  /** onnxruntime-web only: which of its bundles the page loads. `webgpu` unless the provider is wasm; `all` is the deprecated JSEP build. */
  readonly bundle?: 'wasm' | 'webgpu' | 'all';
  /** Session config entries of the runtime, such as `session.x64quantprecision: "1"`; checked against the known keys. */
  readonly sessionConfig: Readonly<Record<string, string>>;
  /** Environment of the process that runs the model. */
  readonly env: Readonly<Record<string, string>>;
  /** As `Device.optional`, for this delegate alone: a part that only it needs may be missing. */
  readonly optional?: boolean;
}

/** Machine architectures as Linux names them. */
export type Arch = 'x86_64' | 'aarch64';

/** How the process that computes is started. */
export type Launch =
  | { readonly kind: 'host' }
  | { readonly kind: 'emulator'; readonly emulator: 'qemu-user'; readonly arch: Arch; readonly cpu: string }
  | {
      readonly kind: 'ssh';
      /** `user@host` or an alias of the user's ssh configuration. */
      readonly destination: string;
      readonly port?: number;
      readonly identityFile?: string;
      readonly knownHostsFile?: string;
      /** Node's command on the board; `node` unless told otherwise. */
      readonly node?: string;
    };

export type DriverName = 'soc' | 'chromium';

/** One thing that computes, and how to reach it through Appium. */
export interface Device {
  readonly name: string;
  readonly driver: DriverName;
  /** soc driver only. */
  readonly launch?: Launch;
  /** What the fleet's owner says the SoC is; the probe says what answered. */
  readonly soc: string;
  readonly tags: readonly string[];
  /** When a part that the device needs is missing on this machine: SKIPPED instead of INCOMPLETE. */
  readonly optional: boolean;
  readonly delegates: readonly Delegate[];
  /** Further capabilities, merged into the session request as they are. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly place: Place;
}

/** `device/delegate`: a cell of the fleet matrix. */
export type TargetName = string;

export function targetName(device: string, delegate: string): TargetName {
  return `${device}/${delegate}`;
}
