import path from 'node:path';
import { writeJsonFile } from './json-file.ts';
import { jsonSchemaOf } from './json-schemas.ts';
import { KINDS } from './schemas.ts';

/** Part of `npm run build`: writes <kind>.schema.json for every kind of run file to the folder that is named. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node write-schemas.js FOLDER');
for (const kind of KINDS) await writeJsonFile(path.join(folder, `${kind}.schema.json`), jsonSchemaOf(kind));
