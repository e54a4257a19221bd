import { z } from 'zod';
import { type Kind, SCHEMAS } from './schemas.ts';

/** The JSON Schema (draft 2020-12) of one kind of run file. What the zod schema ignores, it ignores. */
export function jsonSchemaOf(kind: Kind): Readonly<Record<string, unknown>> {
  // The input side: an unknown key is skipped by a reader, so it is no error.
  const made = z.toJSONSchema(SCHEMAS[kind], { target: 'draft-2020-12', io: 'input' });
  const { $schema, title, description, ...schema } = made;
  return { $schema, $id: `urn:fleetdiff:schema:${kind}:1`, title, description, ...schema };
}
