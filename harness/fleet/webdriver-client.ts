import type { Browser } from 'webdriverio';
import type { AppiumServer } from './appium-server.ts';

/** The part of a webdriverio session that fleetdiff uses. */
export type WebDriverSession = Pick<
  Browser,
  'executeAsyncScript' | 'executeScript' | 'navigateTo' | 'setTimeouts' | 'deleteSession' | 'sessionId'
>;

/**
 * Starts a WebDriver session. No command is ever sent twice by the client: a job is not idempotent, and the scheduler
 * decides about retries.
 * @param commandTimeoutMs longest wait for the answer to any command, the one that starts the session included
 */
export async function startSession(
  appium: AppiumServer,
  capabilities: Readonly<Record<string, unknown>>,
  commandTimeoutMs: number,
): Promise<WebDriverSession> {
  const { remote } = await import('webdriverio');
  const url = new URL(appium.url);
  const secure = url.protocol === 'https:';
  return remote({
    protocol: secure ? 'https' : 'http',
    hostname: url.hostname,
    port: Number(url.port) || (secure ? 443 : 80),
    path: url.pathname,
    ...(url.username
      ? { user: decodeURIComponent(url.username), key: decodeURIComponent(url.password) }
      : {}),
    capabilities: { ...capabilities } as WebdriverIO.Capabilities,
    logLevel: 'silent',
    connectionRetryCount: 0,
    connectionRetryTimeout: commandTimeoutMs,
  });
}

/** True when what Appium starts runs on this machine, so that loopback and local paths mean the same on both sides. */
export function runsHere({ mode, url }: AppiumServer): boolean {
  return mode === 'embedded' || ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
