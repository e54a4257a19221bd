import type { Arch } from '../domain/device.ts';
import { ARCHES, DEBIAN_ARCH, type Machine, NODE_ARCH } from './machine.ts';

/** Something that a machine needs beside our npm packages. */
export type PartId =
  | 'onnxruntime-node'
  | 'chromium'
  | 'chromedriver'
  | 'qemu-user'
  | `sysroot-${Arch}`
  | `node-${Arch}`
  | 'ssh'
  | 'sshd'
  | 'adb'
  | 'java'
  | 'xcode';

export interface PartDefinition {
  readonly id: PartId;
  readonly title: string;
  readonly usedFor: string;
  /** `fleet`: devices compute with it. `tests`: only our own tests do. `information`: never counts. */
  readonly purpose: 'fleet' | 'tests' | 'information';
  readonly source: PartSource;
}

/** Where a part comes from and whether it goes into the system or into `.fleetdiff/parts/<id>`. */
export type PartSource =
  | { readonly kind: 'runtime' }
  | {
      readonly kind: 'system';
      readonly programs: readonly string[];
      /** Debian's; empty: no package provides it. */
      readonly packages: readonly string[];
      /** Words that make the program print its version; empty: it has none to print. */
      readonly versionArguments: readonly string[];
    }
  | { readonly kind: 'qemu' }
  | { readonly kind: 'sysroot'; readonly arch: Arch }
  | { readonly kind: 'node'; readonly arch: Arch };

/** Older versions compute wrong SME numbers and crash when ONNX Runtime reads the host's /proc/cpuinfo. */
export const OLDEST_QEMU = 10;

export const BROWSER_PACKAGES = ['chromium', 'chromium-driver'] as const;

const system = (
  programs: readonly string[],
  packages: readonly string[],
  versionArguments: readonly string[] = ['--version'],
): PartSource => ({ kind: 'system', programs, packages, versionArguments });

const PARTS: readonly PartDefinition[] = [
  define('onnxruntime-node', 'onnxruntime-node', 'hosts, emulated SoCs, boards', 'fleet', {
    kind: 'runtime',
  }),
  define(
    'chromium',
    'chromium',
    'browsers, WebGPU',
    'fleet',
    system(['chromium', 'google-chrome'], BROWSER_PACKAGES),
  ),
  define('chromedriver', 'chromedriver', 'browsers', 'fleet', system(['chromedriver'], BROWSER_PACKAGES)),
  define('qemu-user', 'qemu-user', 'emulated SoCs', 'fleet', { kind: 'qemu' }),
  ...ARCHES.flatMap((arch) => [
    define(`sysroot-${arch}`, `${arch} libraries`, 'emulated SoCs', 'fleet', { kind: 'sysroot', arch }),
    define(`node-${arch}`, `Node for ${arch}`, 'emulated SoCs', 'fleet', { kind: 'node', arch }),
  ]),
  define('ssh', 'ssh', 'boards over SSH', 'information', system(['ssh'], ['openssh-client'], ['-V'])),
  define('adb', 'adb', 'Android phones', 'information', system(['adb'], ['adb'])),
  define(
    'java',
    'java',
    'Selenium Grid',
    'information',
    system(['java'], ['default-jre-headless'], ['-version']),
  ),
  define('xcode', 'Xcode', 'iPhones', 'information', system(['xcodebuild'], [], ['-version'])),
  define('sshd', 'sshd', 'tests of SSH boards', 'tests', system(['sshd'], ['openssh-server'], [])),
];

function define(
  id: PartId,
  title: string,
  usedFor: string,
  purpose: PartDefinition['purpose'],
  source: PartSource,
): PartDefinition {
  return { id, title, usedFor, purpose, source };
}

export function partDefinition(id: PartId): PartDefinition {
  const definition = PARTS.find((part) => part.id === id);
  if (definition === undefined) throw new Error(`There is no part "${id}".`);
  return definition;
}

/** The parts that can matter on this machine: a host's own architecture needs neither sysroot nor Node. */
export function partsOf(machine: Machine, purposes: readonly PartDefinition['purpose'][]): PartId[] {
  return PARTS.filter(({ purpose, source }) => {
    const isForeign = !('arch' in source) || source.arch !== machine.arch;
    return isForeign && purposes.includes(purpose);
  }).map(({ id }) => id);
}

/** Name that Debian's cross packages and their folders carry: `aarch64-linux-gnu`. */
export const triplet = (arch: Arch): string => `${arch}-linux-gnu`;

export const sysrootPackages = (arch: Arch): string[] =>
  ['libc6', 'libstdc++6', 'libgcc-s1'].map((library) => `${library}-${DEBIAN_ARCH[arch]}-cross`);

/** What Node and ONNX Runtime load in the guest. */
export const sysrootLibraries = (arch: Arch): string[] => [
  arch === 'x86_64' ? 'lib64/ld-linux-x86-64.so.2' : 'lib/ld-linux-aarch64.so.1',
  ...['libc.so.6', 'libm.so.6', 'libstdc++.so.6', 'libgcc_s.so.1'].map((library) => `lib/${library}`),
];

export const nodePackage = (arch: Arch): string => `node-linux-${NODE_ARCH[arch]}`;
export const qemuBinary = (arch: Arch): string => `qemu-${arch}`;
