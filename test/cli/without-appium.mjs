// Preloaded into a process that must do without devices: Appium and its client cannot be resolved.
import { register } from 'node:module';

const hooks = `
export async function resolve(specifier, context, next) {
  if (/^(appium|webdriverio|onnxruntime)/.test(specifier)) throw new Error('no device software here: ' + specifier);
  return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
