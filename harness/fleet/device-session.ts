import type { Job, JobAnswer, ProbeResult } from '../agents/protocol.ts';
import type { Arch, Device } from '../domain/device.ts';
import type { InstalledDriver } from './appium-home.ts';
import type { AppiumServer } from './appium-server.ts';
import type { BlobPort, BlobServer } from './blob-server.ts';

/** A job as a stage states it; the session adds where the blobs are. */
export type JobRequest = Omit<Job, 'protocol' | 'blobs'>;

/** An open Appium session with an agent at its end. A method that throws tells of lost infrastructure, never of a model. */
export interface DeviceSession {
  probe(): Promise<ProbeResult>;
  run(request: JobRequest): Promise<JobAnswer>;
  /** Ends everything that the session started. May be called while `run` is under way, and twice. */
  close(): Promise<void>;
}

/** What a driver's session gives back: nothing in it has been checked. */
export interface RawSession {
  probe(): Promise<unknown>;
  run(request: JobRequest): Promise<unknown>;
  close(): Promise<void>;
}

/** Programs of this machine that emulate a SoC. */
export interface EmulatorParts {
  readonly binary: string;
  readonly sysroot?: string;
  /** Node of the emulated architecture. */
  readonly node: string;
}

export interface FleetContext {
  readonly appium: AppiumServer;
  readonly drivers: readonly InstalledDriver[];
  readonly blobServer: BlobServer;
  readonly blobs: BlobPort;
  /** What provision found on this machine. */
  readonly parts: {
    readonly chromium?: string;
    readonly chromedriver?: string;
    /** node_modules folder to take onnxruntime-node from; absent: where Node finds it. */
    readonly runtimeModules?: string;
    readonly emulators: Readonly<Partial<Record<Arch, EmulatorParts>>>;
  };
  /** Compiled agents; the folder that holds protocol.js, node/ and web/. */
  readonly agentsFolder: string;
  /** SHA-256 of the page and its modules (`page-files.ts`). */
  readonly pageSha256: string;
  /** Folder for the profiles of browsers; leftovers are looked for there. */
  readonly profilesRoot: string;
  readonly sessionTimeoutMs: number;
  readonly jobTimeoutMs: number;
  readonly log: (event: string, details?: Readonly<Record<string, unknown>>) => void;
}

/** Name and version of the Appium driver behind a device, for the provenance of its captures. */
export function driverOf(
  device: Device,
  context: FleetContext,
): { readonly name: string; readonly version: string } {
  const installed = context.drivers.find(({ name }) => name === device.driver);
  // A server elsewhere has drivers of its own, whose versions it does not tell.
  const version = context.appium.mode === 'embedded' && installed ? installed.version : 'unknown';
  return { name: device.driver, version };
}

/** Blobs that a session must be able to read for a job. */
export function blobsOf({ model, cases }: JobRequest): readonly string[] {
  return [model.sha256, ...cases.flatMap(({ inputs }) => inputs.map(({ sha256 }) => sha256))];
}
