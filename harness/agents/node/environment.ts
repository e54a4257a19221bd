let applied: string | undefined;

/**
 * Puts a delegate's environment in place before the runtime starts its provider. Native libraries read it once, so a process
 * serves one environment only; a second, different one is refused instead of being ignored in silence.
 */
export function applyEnvironment(env: Readonly<Record<string, string>>): void {
  const wanted = JSON.stringify(Object.entries(env).sort());
  if (applied !== undefined && applied !== wanted) {
    throw new Error(
      `This process has already run with the environment ${applied}; the job wants ${wanted}. Start a fresh agent for it.`,
    );
  }
  Object.assign(process.env, env);
  applied = wanted;
}
