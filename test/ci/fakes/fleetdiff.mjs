// Stands for fleetdiff: records how it was called, lays FAKE_RUN down as its run folder, and ends with FAKE_EXIT.
import { appendFileSync, cpSync } from 'node:fs';

const words = process.argv.slice(2);
const { CALLS, FAKE_RUN, FAKE_SAYS = '', FAKE_EXIT = '0', FAKE_DOCTOR_EXIT = '0' } = process.env;

appendFileSync(CALLS, `${JSON.stringify(['fleetdiff', ...words])}\n`);
if (words[0] === 'doctor') process.exit(Number(FAKE_DOCTOR_EXIT));
const out = words.find((word) => word.startsWith('--out='))?.slice('--out='.length);
if (FAKE_RUN && out) cpSync(FAKE_RUN, out, { recursive: true });
console.log(FAKE_SAYS);
process.exit(Number(FAKE_EXIT));
