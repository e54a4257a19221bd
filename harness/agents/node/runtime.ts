import { createRequire } from 'node:module';
import path from 'node:path';
import type * as OnnxRuntime from 'onnxruntime-node';

export type Ort = typeof OnnxRuntime;

let loaded: Ort | undefined;

/**
 * onnxruntime-node, loaded on first use so that a job's environment is in place before the native library starts.
 * FLEETDIFF_RUNTIME_MODULES names the node_modules folder to take it from; without it, Node's usual lookup from this file.
 */
export function loadRuntime(): Ort {
  if (loaded) return loaded;
  // From 1.29 on its Linux builds report models and machine to Microsoft unless this is set before they start.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const folder = process.env.FLEETDIFF_RUNTIME_MODULES;
  const from = folder ? path.join(path.resolve(folder), 'onnxruntime-node', 'package.json') : import.meta.url;
  loaded = createRequire(from)(
    folder ? path.join(path.resolve(folder), 'onnxruntime-node') : 'onnxruntime-node',
  ) as Ort;
  return loaded;
}

/** Execution providers that this build of the runtime brings along. */
export function availableProviders(ort: Ort): string[] {
  return ort
    .listSupportedBackends()
    .filter((backend) => backend.bundled)
    .map((backend) => backend.name);
}

export function runtimeVersion(ort: Ort): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}
