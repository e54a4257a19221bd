interface Told {
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly uri?: string;
}

/** findings.sarif, with what the annotations read of it. */
export function sarifOf(told: readonly Told[]): string {
  const results = told.map(({ level, text, uri = 'fixtures/digits/budgets.yml' }) => ({
    ruleId: 'max_steps',
    level,
    message: { text },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 5 } } }],
  }));
  return JSON.stringify({ runs: [{ results }] });
}
