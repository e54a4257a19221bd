import { pathToFileURL } from 'node:url';
import type { DecidingRule, Plan, Verdict } from '../../domain/run-files.ts';
import { visible } from '../escape.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import { proseText } from '../wording.ts';

/** SARIF 2.1.0, 3.28: a place in a file, line from 1. */
export interface SarifLocation {
  readonly id?: number;
  readonly message?: { readonly text: string };
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region: { readonly startLine: number };
  };
}

/** The rule that decided. A built-in one has no line: then the device's own, where the remedy is. */
export function verdictLocation({ rule }: Verdict, target: SuiteTarget): SarifLocation {
  return rule.file === 'built-in' ? deviceLocation(target) : locationOf(rule.file, rule.line);
}

/** The device in devices.yml; the suite where the plan does not know the device. */
export function deviceLocation({ device, plannedSuite, suite }: SuiteTarget): SarifLocation {
  if (device !== undefined) return locationOf(device.place.file, device.place.line);
  return locationOf(`${plannedSuite?.folder ?? suite}/suite.yml`);
}

/** The fleet's own file: what is said of the run as a whole has no better place. */
export function fleetLocation({ devices }: Plan): SarifLocation {
  return locationOf(devices[0]?.place.file ?? 'devices.yml');
}

export function waiverLocation(waiver: DecidingRule & { readonly expired: boolean }): SarifLocation[] {
  const words = `${waiver.expired ? 'The waiver that expired' : 'The waiver'}: ${proseText(waiver.reason)}`;
  return [{ id: 1, message: { text: words }, ...locationOf(waiver.file, waiver.line) }];
}

function locationOf(file: string, line = 1): SarifLocation {
  return { physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } } };
}

/** A path from the working folder is relative to %SRCROOT%; GitHub takes that for the repository's root. */
function artifact(file: string): { uri: string; uriBaseId?: string } {
  const shown = visible(file);
  if (shown.startsWith('/')) return { uri: pathToFileURL(shown).href };
  const uri = shown
    .replace(/^(\.\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return { uri, uriBaseId: '%SRCROOT%' };
}
