// Bulk calls: one answer for each item, whatever becomes of the others.
import { z } from 'zod'
import { type HttpErrorBody, invalidRequest, toAnswer } from '../errors'
import { contactIdInput } from './common'

/** Items are judged one by one, each by its own schema: what is wrong with one is no matter of the others. */
export const bulkBody = (most: number, each: string) =>
  z.object({
    entities: z
      .array(z.looseObject({}).meta({ description: each }))
      .min(1)
      .max(most),
  })
export const contactIdEntity = z.object({ id: contactIdInput })

export const bulkAnswer = <E extends z.ZodType>(entity: E) =>
  z.object({
    results: z.array(
      z.object({
        id: z.string().optional(),
        success: z.boolean(),
        status: z.number(),
        entity: entity.optional(),
        error: z
          .object({
            code: z.string(),
            message: z.string(),
            status: z.number(),
            retryable: z.boolean(),
            details: z.array(
              z.object({ fieldName: z.string().optional(), value: z.string().optional(), message: z.string() }),
            ),
            /** What was asked for. */
            entity: z.looseObject({}),
          })
          .optional(),
      }),
    ),
    errorCount: z.number(),
    errorIndexes: z.array(z.number()),
  })

/** What one item came to. */
export interface ItemResult<E> {
  id?: string | undefined
  status?: number
  entity?: E
}

/**
 * Carries out each item by itself. They start in their order, so of two that want one thing the first has it.
 * @param schema of one item
 */
export async function bulk<S extends z.ZodType, E>(
  entities: readonly Record<string, unknown>[],
  schema: S,
  work: (entity: z.output<S>) => Promise<ItemResult<E>>,
  onDefect: (error: unknown) => void,
) {
  const ends = await Promise.allSettled(
    entities.map(async (entity) => {
      const parsed = schema.safeParse(entity)
      if (!parsed.success) throw invalidRequest(parsed.error, 'body')
      return work(parsed.data)
    }),
  )
  const results = ends.map((end, i) => {
    const request = entities[i] ?? {}
    if (end.status === 'fulfilled') {
      const { id, status = 200, entity } = end.value
      return { ...(id ? { id } : {}), success: true, status, ...(entity === undefined ? {} : { entity }) }
    }
    const body = toAnswer(end.reason, onDefect)
    const id = typeof request['id'] === 'string' ? { id: request['id'] } : {}
    return { ...id, success: false, status: body.status, error: itemError(body, request) }
  })
  const errorIndexes = results.flatMap(({ success }, i) => (success ? [] : [i]))
  return { results, errorCount: errorIndexes.length, errorIndexes }
}

function itemError({ code, message, status, details }: HttpErrorBody, entity: Record<string, unknown>) {
  return {
    code,
    message,
    status,
    /** Whether the same item may succeed later. */
    retryable: code === 'conflict' || status >= 500,
    details: details.map(({ fieldName }) => ({ ...(fieldName ? { fieldName } : {}), message })),
    entity,
  }
}
