import { z } from 'zod';
import { UserError } from '../domain/user-error.ts';
import { checkShape, valueAt } from './check-shape.ts';
import { mentionsEnvironment } from './environment.ts';
import type { YamlFile } from './read-yaml.ts';

/** Which Appium drives the fleet: one that fleetdiff starts, or one that is there. */
export type AppiumServer =
  | { readonly mode: 'embedded' }
  | {
      readonly mode: 'url';
      /** With the environment filled in; may hold a password. For the connection alone: never print or store it. */
      readonly url: string;
      /** The same for people and files: no userinfo, no query, and no path that the environment gave. */
      readonly display: string;
    };

const embeddedShape = z.strictObject({ mode: z.literal('embedded') });
const urlShape = z.strictObject({ mode: z.literal('url'), url: z.string() });

/** Reads the `appium` key; absent: embedded. `value` has the environment filled in. */
export function readAppiumServer(value: unknown, yaml: YamlFile): AppiumServer {
  if (value === undefined) return { mode: 'embedded' };
  const at = { at: ['appium'], value };
  const { mode } = checkShape(
    z.looseObject({ mode: z.enum(['embedded', 'url']) }),
    yaml,
    'E_DEVICES_SHAPE',
    at,
  );
  if (mode === 'embedded') {
    if (valueAt(value, ['url']) !== undefined) {
      throw new UserError('E_DEVICES_SHAPE', 'An embedded Appium is started by fleetdiff and takes no url.', {
        place: yaml.placeOf(['appium', 'url']),
        remedies: ['write  mode: url  to use that server', 'or take the url out'],
      });
    }
    return checkShape(embeddedShape, yaml, 'E_DEVICES_SHAPE', at);
  }
  const { url } = checkShape(urlShape, yaml, 'E_DEVICES_SHAPE', at);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    // The text may hold a password, so it is not quoted.
    throw new UserError('E_DEVICES_APPIUM_URL', 'appium.url: expected a URL such as http://127.0.0.1:4723.', {
      place: yaml.placeOf(['appium', 'url']),
    });
  }
  const fromEnvironment = mentionsEnvironment(String(valueAt(yaml.value, ['appium', 'url'])));
  const path = fromEnvironment || parsed.pathname === '/' ? '' : parsed.pathname;
  return { mode, url, display: parsed.origin + path };
}
