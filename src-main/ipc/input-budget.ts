// How much one message of a page may hold, looked at before any schema reads it.
// Invariant: the look costs no more than the budget: it ends with the first value that is too much.
import { ScvError } from '@shared/errors'

/** The longest texts are notes and a sample of a file's columns; the most values a mapping of a thousand columns. */
const INPUT_BUDGET = { values: 50_000, characters: 4_000_000, depth: 32 } as const

/**
 * Refuses a message that is larger than any call of the contract needs.
 * @throws ScvError `invalid_input`
 */
export function withinBudget(input: unknown): void {
  let values = 0
  let characters = 0
  const rest: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }]
  const take = (text: string) => {
    characters += text.length
    if (characters > INPUT_BUDGET.characters) throw tooMuch()
  }
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { value, depth } = next
    if (++values > INPUT_BUDGET.values || depth > INPUT_BUDGET.depth) throw tooMuch()
    if (typeof value === 'string') take(value)
    if (typeof value !== 'object' || value === null) continue
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Map || value instanceof Set)
      throw tooMuch() // no call takes one
    for (const name in value) {
      if (rest.length > INPUT_BUDGET.values) throw tooMuch()
      take(name)
      rest.push({ value: (value as Record<string, unknown>)[name], depth: depth + 1 })
    }
  }
}

const tooMuch = () => new ScvError('invalid_input', 'The message holds more than any call of the application takes.')
