import type { DeviceFacts } from '../../domain/run-files.ts';
import type { ModelFacts } from '../../domain/suite.ts';

/**
 * Why outputs computed on this machine are no reference for this model; undefined when they are. Without optimization a QDQ
 * model computes in float and does not saturate; integer operators do, on x86 without VNNI (VPMADDUBSW adds two products in 16 bits).
 */
export function referenceSaturates(model: ModelFacts, device: DeviceFacts): string | undefined {
  if (!model.u8s8FullRange || !model.integerOperators) return undefined;
  if (!device.isa.includes('x86_64') || device.isa.includes('vnni')) return undefined;
  return (
    `${device.soc} has no VNNI, and the model multiplies uint8 with full-range int8 weights: ` +
    'this machine saturates, so what it computes is no reference'
  );
}
