import { compileGlob } from '../../config/name-glob.ts';
import { didYouMean, quoteNames } from '../../config/nearest-name.ts';
import { type Device, targetName } from '../../domain/device.ts';
import { UserError } from '../../domain/user-error.ts';

export interface Selection {
  /** Globs over `device/delegate`; none: all. */
  readonly only: readonly string[];
  /** Tags of which a device must have one; none: all. */
  readonly tags: readonly string[];
}

/** The part of the fleet that a run asks for. A glob or tag that selects nothing is a mistake, not an empty run. */
export function selectTargets(devices: readonly Device[], selection: Selection): readonly Device[] {
  const targets = devices.flatMap((device) =>
    device.delegates.map((delegate) => targetName(device.name, delegate.name)),
  );
  for (const glob of selection.only) {
    if (targets.some(compileGlob(glob))) continue;
    throw new UserError('E_ONLY_MATCHES_NOTHING', `--only ${glob} selects no target of the fleet.`, {
      remedies: [...didYouMean(glob, targets), `the targets are: ${quoteNames(targets, 24)}`],
    });
  }
  const known = [...new Set(devices.flatMap(({ tags }) => tags))];
  for (const tag of selection.tags) {
    if (known.includes(tag)) continue;
    throw new UserError('E_TAG_UNKNOWN', `--tag ${tag}: no device has that tag.`, {
      remedies: [...didYouMean(tag, known), `the tags are: ${quoteNames(known) || 'none'}`],
    });
  }
  const globs = selection.only.map(compileGlob);
  const selected = devices
    .filter(({ tags }) => selection.tags.length === 0 || selection.tags.some((tag) => tags.includes(tag)))
    .map((device) => ({
      ...device,
      delegates: device.delegates.filter(
        ({ name }) => globs.length === 0 || globs.some((matches) => matches(targetName(device.name, name))),
      ),
    }))
    .filter(({ delegates }) => delegates.length > 0);
  if (selected.length > 0) return selected;
  throw new UserError('E_SELECTION_EMPTY', '--only and --tag together select no target of the fleet.', {
    remedies: ['take one of them away'],
  });
}
