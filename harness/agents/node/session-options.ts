import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { Delegate } from '../../domain/device.ts';

/** Prefix of the profile files that the runtime writes into the folder it is given. */
const PROFILE_PREFIX = 'profile';

/**
 * A delegate in the runtime's words: exactly one provider, one inter-op thread, sequential execution.
 * `extra` takes session config keys as they are; the binding passes a dotted key through unchanged.
 */
export function sessionOptions(delegate: Delegate, profileFolder: string): InferenceSession.SessionOptions {
  return {
    executionProviders: [delegate.provider],
    graphOptimizationLevel: delegate.optimization,
    intraOpNumThreads: delegate.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableProfiling: true,
    profileFilePrefix: path.join(profileFolder, PROFILE_PREFIX),
    extra: { ...delegate.sessionConfig },
  };
}
