import { z } from 'zod';

/**
 * Returns the schema of an answer as a client reads it: fields that it does not know are left out at every depth, so that
 * a newer server can be used.
 */
export function received<Schema extends z.ZodType>(schema: Schema): Schema {
  return loosened(schema) as unknown as Schema;
}

function loosened(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries<z.core.$ZodType>(schema.shape);
    return z.object(Object.fromEntries(shape.map(([name, field]) => [name, loosened(field)])));
  }
  if (schema instanceof z.ZodArray) return z.array(loosened(schema.element));
  if (schema instanceof z.ZodNullable) return z.nullable(loosened(schema.unwrap()));
  if (schema instanceof z.ZodOptional) return z.optional(loosened(schema.unwrap()));
  if (schema instanceof z.ZodReadonly) return z.readonly(loosened(schema.unwrap()));
  return schema;
}

export function toMs(time: string): number {
  return Date.parse(time);
}

export function toMsOrNull(time: string | null): number | null {
  return time === null ? null : toMs(time);
}
