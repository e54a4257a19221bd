import { count, formatBytes, formatDuration } from '../../../format-number.ts';
import type { TargetDetail } from '../../../page-data/page-data.ts';
import { nameText } from '../../../wording.ts';
import { Name, Prose, titleText } from '../../parts/name.tsx';
import { Fact } from './facts.tsx';

type Captured = Extract<NonNullable<TargetDetail['capture']>, { status: 'captured' }>;

/** What the bytes depend on: machine, versions, options. */
export function ProvenanceSection({ capture }: { readonly capture: Captured }) {
  const { device, driver, delegate, modelSha256, inputsSha256, agentSha256, harness } = capture.provenance;
  const options = [...Object.entries(delegate.sessionConfig), ...Object.entries(delegate.env)];
  return (
    <section>
      <h2>Where it ran</h2>
      {device.emulator === undefined ? undefined : (
        <p>
          Emulated: the times are the harness's, never the device's speed.
          {device.arch === 'aarch64' ? " That emulated Arm gives the silicon's bits is not proven." : ''}
        </p>
      )}
      <dl class="facts">
        <Fact name="SoC">
          <Prose>{device.soc}</Prose>
        </Fact>
        <Fact name="ISA">
          <Prose>{device.isa.join(' ')}</Prose>
        </Fact>
        <Fact name="OS">
          <Prose>{device.os}</Prose>
        </Fact>
        <Fact name="Runtime">
          <Prose>{`${device.runtime.name} ${device.runtime.version}`}</Prose>
        </Fact>
        <Fact name="Host">
          <Prose>{`${device.host.name} ${device.host.version}`}</Prose>
        </Fact>
        {device.emulator === undefined ? undefined : (
          <Fact name="Emulator">
            <Prose>{device.emulator}</Prose>
          </Fact>
        )}
        {device.adapter === undefined ? undefined : (
          <Fact name="GPU adapter">
            <Prose>{device.adapter}</Prose>
          </Fact>
        )}
        {device.memoryBytes === undefined ? undefined : (
          <Fact name="Memory">{formatBytes(device.memoryBytes)}</Fact>
        )}
        <Fact name="Delegate">
          <Name columns={40}>{delegate.provider}</Name>, {count(delegate.threads, 'thread')}, optimization{' '}
          {nameText(delegate.optimization)}
          {delegate.bundle === undefined ? '' : `, bundle ${nameText(delegate.bundle)}`}
        </Fact>
        {options.length === 0 ? undefined : (
          <Fact name="Options">
            {options.map(([name, value]) => (
              <div key={name} class="code">
                <Name columns={100}>{`${name}=${value}`}</Name>
              </div>
            ))}
          </Fact>
        )}
        <Fact name="Appium driver">
          <Prose>{`${driver.name} ${driver.version}`}</Prose>
        </Fact>
        <Fact name="fleetdiff">
          <Prose>{harness.version}</Prose>
        </Fact>
        <Hash name="Model" sha256={modelSha256} />
        <Hash name="Inputs" sha256={inputsSha256} />
        <Hash name="Agent" sha256={agentSha256} />
        <Fact name="Captured">
          <Name columns={40}>{capture.capturedAt}</Name>
        </Fact>
      </dl>
      <Timings capture={capture} />
    </section>
  );
}

function Hash({ name, sha256 }: { readonly name: string; readonly sha256: string }) {
  return (
    <Fact name={name}>
      <span class="code" title={titleText(sha256)}>
        sha256 <Name columns={40}>{sha256.slice(0, 16)}</Name>
      </span>
    </Fact>
  );
}

function Timings({ capture: { timings, peakMemoryBytes, provenance } }: { readonly capture: Captured }) {
  const emulated = provenance.device.emulator !== undefined;
  return (
    <>
      <h3>Time</h3>
      <dl class="facts">
        <Fact name="Whole job">{formatDuration(timings.jobMs)}</Fact>
        <Fact name="Session">{formatDuration(timings.sessionMs)}</Fact>
        <Fact name="Load">{formatDuration(timings.loadMs)}</Fact>
        <Fact name="Inference, all">
          {formatDuration(timings.inferenceMs)}
          {emulated ? <span class="quiet"> (harness time, never the device's speed)</span> : undefined}
        </Fact>
        {peakMemoryBytes === undefined ? undefined : (
          <Fact name="Peak memory">{formatBytes(peakMemoryBytes)}</Fact>
        )}
      </dl>
    </>
  );
}
