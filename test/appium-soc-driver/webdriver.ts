import type { JobAnswer, ProbeResult } from '../../harness/agents/protocol.ts';

/** What Appium answers when it refuses: W3C's error code and message. */
export class WebDriverError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'WebDriverError';
    this.code = code;
  }
}

export interface SocSession {
  readonly id: string;
  probe(): Promise<ProbeResult>;
  run(job: unknown): Promise<JobAnswer>;
  command(method: string, path: string, body?: unknown): Promise<unknown>;
  end(): Promise<void>;
}

/** A session of the soc driver in plain W3C WebDriver, with no client library between the test and the wire. */
export async function startSession(url: string, capabilities: Record<string, unknown>): Promise<SocSession> {
  const alwaysMatch = {
    platformName: 'Linux',
    'appium:automationName': 'Soc',
    'appium:deviceName': 'test',
    ...capabilities,
  };
  const { sessionId } = (await send('POST', `${url}/session`, { capabilities: { alwaysMatch } })) as {
    sessionId: string;
  };
  const session = `${url}/session/${sessionId}`;
  const execute = (script: string, parameters: unknown) =>
    send('POST', `${session}/execute/sync`, { script, args: [parameters] });
  return {
    id: sessionId,
    probe: async () => (await execute('fleetdiff: probe', {})) as ProbeResult,
    run: async (job) => (await execute('fleetdiff: run', { job })) as JobAnswer,
    command: (method, path, body) => send(method, `${session}${path}`, body),
    end: async () => void (await send('DELETE', session)),
  };
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const { value } = (await answer.json()) as { value: unknown };
  if (answer.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new WebDriverError(error, message);
}
