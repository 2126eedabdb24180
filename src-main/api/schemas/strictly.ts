// Schemas of the product as a door takes them: what names a member there is not is refused at any depth, since a value that is
// swallowed is lost without a word, and a misspelt one does something else than its sender meant.
// Invariant: bounds and checks of a schema stay; maps of free names, and objects that say they take more, are left alone.
import { z } from 'zod'

/** The same schema, in which every object has the members it names and no others. */
export function strictly<S extends z.ZodType>(schema: S): S {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return copy(schema, { innerType: strictly(schema.def.innerType as z.ZodType) })
  if (schema instanceof z.ZodArray) return copy(schema, { element: strictly(schema.def.element as z.ZodType) })
  if (schema instanceof z.ZodUnion)
    return copy(schema, { options: schema.def.options.map((option) => strictly(option as z.ZodType)) })
  if (!(schema instanceof z.ZodObject)) return schema
  const shape = Object.entries(schema.def.shape).map(([name, member]) => [name, strictly(member as z.ZodType)])
  return copy(schema, { shape: Object.fromEntries(shape), catchall: schema.def.catchall ?? z.never() })
}

const copy = <S extends z.ZodType>(schema: S, change: object): S =>
  schema.clone({ ...schema.def, ...change } as typeof schema.def)
