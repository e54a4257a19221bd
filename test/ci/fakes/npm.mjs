// Stands for npm: records how it was called.
import { appendFileSync } from 'node:fs';

appendFileSync(process.env.CALLS, `${JSON.stringify(['npm', ...process.argv.slice(2)])}\n`);
