import type { Provenance } from '../../domain/run-files.ts';
import type { ModelFacts } from '../../domain/suite.ts';

/**
 * Why outputs computed there are no reference for this model; undefined when they are. Without optimization a QDQ model
 * computes in float and does not saturate; integer operators, and those that optimization fuses, do on x86 without VNNI
 * (VPMADDUBSW adds two products in 16 bits).
 */
export function referenceSaturates(
  model: ModelFacts,
  { device, delegate }: Pick<Provenance, 'device' | 'delegate'>,
): string | undefined {
  const isInteger = model.integerOperators || delegate.optimization !== 'disabled';
  if (!model.u8s8FullRange || !isInteger) return undefined;
  if (!device.isa.includes('x86_64') || device.isa.includes('vnni')) return undefined;
  return (
    `${device.soc} has no VNNI, and the model multiplies uint8 with full-range int8 weights: ` +
    'this machine saturates, so what it computes is no reference'
  );
}
