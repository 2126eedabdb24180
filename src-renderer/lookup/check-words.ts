// What to look at again where a search found no one: it depends on what was taken for what was typed.
import type { LookupResult } from '@shared/model/views'

/** e.g. `Check the digits`. */
export function checkWords(result: Pick<LookupResult, 'readAs'> | undefined): string {
  return result?.readAs === 'phone' ? 'Check the digits' : 'Check the spelling'
}
