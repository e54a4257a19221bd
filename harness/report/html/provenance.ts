import { groupBy } from '../../domain/group-by.ts';
import type { Capture, Placement } from '../../domain/run-files.ts';
import { count, formatBytes, formatDuration } from '../format-number.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import type { Content, Markup } from './markup.ts';
import { html, joinHtml, nameHtml, proseHtml } from './markup.ts';

type Captured = Extract<Capture, { status: 'captured' }>;

/** Operator types named per provider before the rest is counted. */
const MOST_OP_TYPES = 8;

/** What the bytes depend on: machine, versions, options, and which provider ran which node. */
export function provenanceHtml(target: SuiteTarget): Content {
  const { capture } = target;
  if (capture?.status !== 'captured') return undefined;
  const { device, driver, delegate } = capture.provenance;
  return html`<h3>Where it ran</h3>${emulationNote(capture)}<dl class="facts">
${fact('SoC', proseHtml(device.soc))}
${fact('ISA', proseHtml(device.isa.join(' ')))}
${fact('OS', proseHtml(device.os))}
${fact('Runtime', proseHtml(`${device.runtime.name} ${device.runtime.version}`))}
${fact('Host', proseHtml(`${device.host.name} ${device.host.version}`))}
${device.emulator === undefined ? undefined : fact('Emulator', proseHtml(device.emulator))}
${device.adapter === undefined ? undefined : fact('GPU adapter', proseHtml(device.adapter))}
${fact('Delegate', proseHtml(delegateWords(delegate)))}
${fact('Placement', placementHtml(capture.placement))}
${fact('Appium driver', proseHtml(`${driver.name} ${driver.version}`))}
${fact('Model', hash(capture.provenance.modelSha256))}
${fact('Inputs', hash(capture.provenance.inputsSha256))}
${fact('Time', timingsWords(capture))}
${capture.peakMemoryBytes === undefined ? undefined : fact('Peak memory', formatBytes(capture.peakMemoryBytes))}
${fact('Captured', nameHtml(capture.capturedAt))}</dl>`;
}

function fact(label: string, value: Content): Markup {
  return html`<dt>${label}</dt><dd>${value}</dd>`;
}

function hash(sha256: string): Markup {
  return html`<span class="code" title="${sha256}">${nameHtml(sha256.slice(0, 16))}</span>`;
}

function emulationNote(capture: Captured): Content {
  if (capture.provenance.device.emulator === undefined) return undefined;
  const arm = capture.provenance.device.arch === 'aarch64';
  return html`<p class="quiet small">Emulated: the times are not the device's speed.${
    arm ? " That emulated Arm gives the silicon's bits is not proven." : ''
  }</p>`;
}

function delegateWords(delegate: Captured['provenance']['delegate']): string {
  const options = [...Object.entries(delegate.sessionConfig), ...Object.entries(delegate.env)];
  return [
    `${delegate.provider}, ${count(delegate.threads, 'thread')}, optimization ${delegate.optimization}`,
    ...(delegate.bundle === undefined ? [] : [`bundle ${delegate.bundle}`]),
    ...options.map(([name, value]) => `${name}=${value}`),
  ].join(', ');
}

/** A delegate that was asked for is a wish; this is what ran. */
function placementHtml(placement: Placement): Content {
  if (placement.status === 'unknown') {
    return html`the runtime gave no profile: where the nodes ran is not known (asked for ${nameHtml(placement.requested)})`;
  }
  if (placement.nodes.length === 0)
    return html`the profile names no node (asked for ${nameHtml(placement.requested)})`;
  const providers = [...groupBy(placement.nodes, (node) => node.provider)];
  const lines = providers.map(
    ([provider, nodes]) =>
      html`<div><b>${nodes.length} of ${placement.nodes.length}</b> nodes on ${nameHtml(provider)} <span class="quiet">(${opTypes(nodes)})</span></div>`,
  );
  return [html`<div class="quiet">asked for ${nameHtml(placement.requested)}</div>`, ...lines];
}

function opTypes(nodes: Placement['nodes']): Content {
  const types = [...groupBy(nodes, (node) => node.opType)].sort(
    (left, right) => right[1].length - left[1].length,
  );
  const shown = types
    .slice(0, MOST_OP_TYPES)
    .map(([opType, own]) => html`${nameHtml(opType, 40)} ${own.length}`);
  const rest = types.length - shown.length;
  return joinHtml([...shown, ...(rest > 0 ? [`${rest} more types`] : [])], ', ');
}

function timingsWords(capture: Captured): string {
  const { sessionMs, loadMs, inferenceMs, jobMs } = capture.timings;
  return `job ${formatDuration(jobMs)}: session ${formatDuration(sessionMs)}, load ${formatDuration(loadMs)}, inference ${formatDuration(inferenceMs)}`;
}
