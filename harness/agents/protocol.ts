import type { Delegate } from '../domain/device.ts';
import type { DeviceFacts, Placement } from '../domain/run-files.ts';
import type { BlobRef, StoredTensor } from '../domain/tensor.ts';

/**
 * The one thing that agents and harness share. A harness sends a Job, an agent answers with a JobResult.
 * Tensor bytes are in neither: they move by hash between the agent and the harness's blob server.
 */
export const PROTOCOL_VERSION = 1;

/**
 * Where blobs are, as seen from the device. `url` ends in an unguessable token and has no trailing slash:
 * - `GET  {url}/blobs/<sha256>` answers the bytes;
 * - `PUT  {url}/blobs/<sha256>` takes bytes, answers 201, or 422 when they do not hash to the name;
 * - `POST {url}/missing` takes `{"sha256": [...]}` and answers `{"missing": [...]}`: those the harness has never seen.
 */
export interface BlobEndpoint {
  readonly url: string;
}

export interface Job {
  readonly protocol: typeof PROTOCOL_VERSION;
  readonly id: string;
  readonly blobs: BlobEndpoint;
  readonly model: BlobRef;
  readonly delegate: Delegate;
  readonly cases: readonly { readonly name: string; readonly inputs: readonly StoredTensor[] }[];
  /** Inferences per case in one runtime session. */
  readonly repeats: number;
  /** Names of intermediate tensors to expose beside the outputs; empty: none. */
  readonly taps: readonly string[];
}

export interface JobResult {
  readonly protocol: typeof PROTOCOL_VERSION;
  readonly id: string;
  readonly device: DeviceFacts;
  readonly placement: Placement;
  readonly timings: { readonly loadMs: number; readonly inferenceMs: number };
  readonly peakMemoryBytes?: number;
  /** In the job's order; per repeat the outputs, all of whose blobs the harness now has. */
  readonly cases: readonly {
    readonly name: string;
    readonly repeats: readonly (readonly StoredTensor[])[];
  }[];
}

/** An agent says what failed as data: a job that cannot run is no reason to lose the session. */
export type JobAnswer =
  | { readonly status: 'done'; readonly result: JobResult }
  | { readonly status: 'failed'; readonly reason: string };

/** What an agent says of itself and its device before any job. */
export interface ProbeResult {
  readonly protocol: typeof PROTOCOL_VERSION;
  /** Over the agent's own files. */
  readonly agentSha256: string;
  readonly device: DeviceFacts;
  /** Execution providers of the runtime on this device. */
  readonly providers: readonly string[];
}
