// A contact without a name is told by an address or a number alone: it is of one of those who have it, or of one more.
// Invariant: the more people have it, the less it says of each; how rare doubles are in the book says nothing of it.
import type { Without } from './ingredients'
import { FIELD } from './levels'
import type { Model } from './model'
import type { Sharing } from './sharing'

/** What a pair shares: 0 for none. */
export interface SharedIdentifiers {
  mail: number
  phone: number
}

/** What the address and the number of a pair add to the weights of their levels. */
export interface IdentifierWeights {
  mail: number
  phone: number
}

/** What weighs identifiers. */
export interface IdentifierModel {
  mails: Sharing
  phones: Sharing
  model: Model
  without: Without
}

/** @param levels of the pair, from `from` on */
export function weighIdentifiers(
  { mails, phones, model, without }: IdentifierModel,
  { mail, phone }: SharedIdentifiers,
  isNameless: boolean,
  levels: Uint8Array,
  from = 0,
): IdentifierWeights {
  if (!isNameless || mail + phone === 0 || without.has('nameless'))
    return { mail: mails.weight(mail), phone: phones.weight(phone) }
  const [byMail, byPhone] = [mails.people(mail), phones.people(phone)]
  // The finer of the two says who it may be; what the other one says comes on top.
  const isByMail = mail !== 0 && (phone === 0 || byMail <= byPhone)
  const field = isByMail ? FIELD.email : FIELD.phone
  const said = model.priorSame + ((model.same[field] as Float64Array)[levels[from + field] as number] as number)
  const finer = -Math.log((isByMail ? byMail : byPhone) - 1 + model.unknownHolders) - said
  const other = mail !== 0 && phone !== 0 ? -Math.log(isByMail ? byPhone : byMail) : 0
  return isByMail ? { mail: finer, phone: other } : { mail: other, phone: finer }
}
