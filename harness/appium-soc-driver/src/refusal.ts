import { errors } from 'appium/driver.js';

export type Refusal = InstanceType<typeof errors.SessionNotCreatedError>;

/** W3C's answer to a session request that cannot be met: `session not created`, and why. */
export function refusal(message: string): Refusal {
  return new errors.SessionNotCreatedError(message);
}
