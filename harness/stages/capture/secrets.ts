import type { AppiumServer } from '../../config/appium-server.ts';
import { type Environment, filledIn } from '../../config/environment.ts';
import type { Device } from '../../domain/device.ts';
import type { RunLog } from '../../store/log.ts';

/** What devices.yml promises to keep out of files: what the environment gives to capabilities, and the userinfo of `appium.url`. */
export function secretsOf(
  appium: AppiumServer,
  devices: readonly Device[],
  env: Environment,
): readonly string[] {
  const given = devices.flatMap(({ capabilities }) => filledIn(capabilities, env));
  if (appium.mode === 'embedded') return given;
  const { password } = new URL(appium.url);
  return password === '' ? given : [...given, password, decodeURIComponent(password)];
}

/** The same logs, without secrets in what they are told. */
export function redactedLog(redact: (text: string) => string, ...logs: readonly RunLog[]): RunLog {
  return (event, details = {}) => {
    const told = redactedTexts(details, redact) as Record<string, unknown>;
    for (const log of logs) log(event, told);
  };
}

function redactedTexts(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((entry) => redactedTexts(entry, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, redactedTexts(entry, redact)]));
}
