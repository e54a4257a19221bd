import { type Fusion, partialFusions, placedDifferently, type TargetPlacement } from '../domain/fusions.ts';
import { type Placements, summarizePlacement } from '../domain/placement-summary.ts';
import type { Plan } from '../domain/run-files.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import { UserError } from '../domain/user-error.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { CapturedCapture, Delivery } from './deliveries.ts';
import { modelOperators } from './placement/model-operators.ts';

/** Captures -> where the nodes ran. A model is read only where placements differ. */
export async function attestPlacement(
  plan: Plan,
  deliveries: readonly Delivery[],
  blobs: BlobStore,
): Promise<Placements> {
  const suites: Placements['suites'][number][] = [];
  // One model in memory at a time.
  for (const suite of plan.suites) {
    const captured = deliveries.flatMap((delivery) =>
      delivery.status === 'captured' && delivery.planned.suite === suite.name ? [delivery] : [],
    );
    const candidates = captured.filter(({ planned }) => planned.role === 'candidate');
    suites.push({
      suite: suite.name,
      targets: captured.map(({ capture: { target, placement } }) => ({
        target,
        ...summarizePlacement(placement),
      })),
      ...(await fusionsOf(suite, candidates.map(placed), blobs)),
    });
  }
  return { schemaVersion: 1, kind: 'placement', suites };
}

const placed = ({ capture }: { readonly capture: CapturedCapture }): TargetPlacement => ({
  target: capture.target,
  placement: capture.placement,
});

async function fusionsOf(
  { model }: PlannedSuite,
  placements: readonly TargetPlacement[],
  blobs: BlobStore,
): Promise<{ readonly fusions: readonly Fusion[]; readonly fusionsUnknown?: string }> {
  if (!placedDifferently(placements)) return { fusions: [] };
  try {
    const operators = modelOperators(await blobs.load(model), model.path);
    return { fusions: partialFusions(operators, placements) };
  } catch (error) {
    // The answers can be compared without the model; that nobody knows is said in the file.
    if (error instanceof UserError) return { fusions: [], fusionsUnknown: error.message };
    throw error;
  }
}
