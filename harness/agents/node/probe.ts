import { PROTOCOL_VERSION, type ProbeResult } from '../protocol.ts';
import { agentSha256 } from './agent-hash.ts';
import { deviceFacts } from './device-facts.ts';
import { availableProviders, loadRuntime } from './runtime.ts';

/** What this agent says of itself and its device before any job. */
export async function probe(): Promise<ProbeResult> {
  const ort = loadRuntime();
  return {
    protocol: PROTOCOL_VERSION,
    agentSha256: await agentSha256(),
    device: await deviceFacts(ort),
    providers: availableProviders(ort),
  };
}
