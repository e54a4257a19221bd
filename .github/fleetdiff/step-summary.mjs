// Everything comes from the environment: see "Write the step summary" in action.yml.
import { appendFileSync } from 'node:fs';
import { summaryText } from './summary-text.mjs';

const { GITHUB_STEP_SUMMARY, RUN, EXIT_CODE } = process.env;

appendFileSync(GITHUB_STEP_SUMMARY, summaryText(RUN, EXIT_CODE));
