import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Beside the sources, in a checkout and in the package alike. */
export const NUMPY_SCRIPT = fileURLToPath(new URL('../../harness/bench/numpy-metrics.py', import.meta.url));

export interface NumpyVersion {
  readonly python: string;
  readonly numpy: string;
}

/** Which NumPy this machine has; undefined when python3 or NumPy is not installed. */
export function numpyVersion(): NumpyVersion | undefined {
  const { status, stdout } = spawnSync('python3', [NUMPY_SCRIPT, 'version'], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as NumpyVersion) : undefined;
}

/** Seconds that NumPy takes for the metrics of two tensors of `bytes` bytes, best of `repeats`; its faster way of two. */
export function numpySeconds(
  dtype: string,
  bytes: number,
  repeats: number,
): { seconds: number; way: string } {
  const { status, stdout, stderr } = spawnSync(
    'python3',
    [NUMPY_SCRIPT, 'compare', dtype, String(bytes), String(repeats)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`numpy-metrics.py ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as { seconds: number; way: string };
}
