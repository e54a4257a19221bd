import { BUDGETS_TEMPLATE } from './budgets.ts';
import { DEVICES_TEMPLATE } from './devices.ts';
import { SUITE_TEMPLATE } from './suite.ts';

/** What `fleetdiff init` writes: paths relative to its folder, with `/`. The model and its cases are the user's to bring. */
export function initFiles(): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: 'devices.yml', text: DEVICES_TEMPLATE },
    { path: 'budgets.yml', text: BUDGETS_TEMPLATE },
    { path: 'suite.yml', text: SUITE_TEMPLATE },
  ];
}
