import { expect, test } from 'vitest';
import { fallbackNodes, ranAsRequested } from '../../harness/domain/placement.ts';

test.for([
  { requested: 'cpu', provider: 'CPUExecutionProvider', ran: true },
  { requested: 'wasm', provider: 'CPUExecutionProvider', ran: true },
  { requested: 'webgpu', provider: 'WebGpuExecutionProvider', ran: true },
  { requested: 'webgpu', provider: 'JsExecutionProvider', ran: true },
  { requested: 'webgpu', provider: 'CPUExecutionProvider', ran: false },
  { requested: 'xnnpack', provider: 'XnnpackExecutionProvider', ran: true },
  { requested: 'xnnpack', provider: 'CPUExecutionProvider', ran: false },
])('$requested asked, $provider in the profile: $ran', ({ requested, provider, ran }) => {
  expect(ranAsRequested(requested, provider)).toBe(ran);
});

test('a placement without nodes attests nothing', () => {
  expect(fallbackNodes({ requested: 'cpu', status: 'attested', nodes: [] })).toBeNaN();
  expect(fallbackNodes({ requested: 'cpu', status: 'unknown', nodes: [] })).toBeNaN();
});
