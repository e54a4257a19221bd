import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'fixtures/**/*.test.ts'],
    // onnxruntime-node reports models and machine to its maker unless this is set before it loads.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    // On two cores vitest would take one: most of what takes long waits for another process.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
