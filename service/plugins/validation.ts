import type { FastifyInstance } from 'fastify';
import type { FastifyRouteSchemaDef } from 'fastify/types/schema.js';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { envelopeSchema, parseEnvelope } from '../../contract/envelope.ts';
import { failure } from '../../contract/failures.ts';
import { RequestFault } from '../fault.ts';

/** Requests are parsed and replies are serialised by the contract’s schemas: unknown keys never get out. */
export function addValidation(app: FastifyInstance): void {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
}

function validatorCompiler({ schema }: FastifyRouteSchemaDef<z.ZodType>) {
  return (value: unknown): { value: unknown } | { error: RequestFault } => {
    if (schema === envelopeSchema) {
      const parsed = parseEnvelope(value);
      return parsed.ok
        ? { value: parsed.envelope }
        : { error: new RequestFault(parsed.failure, parsed.field) };
    }
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    const field = fieldOf(result.error);
    const message = result.error.issues[0]?.message ?? 'invalid';
    return { error: new RequestFault(failure('request-invalid', `${field ?? 'body'}: ${message}`), field) };
  };
}

/** The first wrong field as `urls.0`; an unknown key by its own name. */
function fieldOf(error: z.ZodError): string | null {
  const issue = error.issues[0];
  if (issue === undefined) return null;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  return path.map(String).join('.') || null;
}
