// What a schema objects to, as a refusal that a person understands. Invariant: no message of the schema library shows.
import { ScvError } from '@shared/errors'
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/**
 * The refusal for the first issue of a failed parse.
 * @param whole what to call the whole when the issue is with no field of it, e.g. `The contact`
 * @returns ScvError `too_many` for lists that are too long, else `invalid_input`, with the path of the field
 */
export function refusalOf(error: z.ZodError, whole: string): ScvError {
  const [issue] = error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.')
  const code = issue?.code === 'too_big' && issue.origin === 'array' ? 'too_many' : 'invalid_input'
  return new ScvError(code, `${field || whole}: ${issue ? sentence(issue) : 'not valid'}.`, field ? { field } : {})
}

function sentence(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'there is no field of this name'
    case 'too_big':
      return `${issue.exact ? 'exactly' : 'at most'} ${count(issue.origin, issue.maximum)}`
    case 'too_small':
      return `${issue.exact ? 'exactly' : 'at least'} ${count(issue.origin, issue.minimum)}`
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a moment such as 2026-06-01T09:00:00Z' : 'is not in the right form'
    case 'custom':
      return lowerFirst(issue.message)
    default:
      return 'this value cannot be stored'
  }
}

function count(origin: string, bound: number | bigint): string {
  const [one, many] =
    origin === 'string' ? [' character', ' characters'] : origin === 'array' ? [' entry', ' entries'] : ['', '']
  return `${bound}${Number(bound) === 1 ? one : many}`
}
const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
