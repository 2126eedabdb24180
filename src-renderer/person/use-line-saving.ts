// Saves one line of a person's details, and takes it back again.
// Invariant: a line that shares its field with others, a part of the address, is written alone: of several lines left one
// after the other, none takes back another that is on its way.
import type { ContactFields } from '@shared/model/contact'
import type { ContactId } from '@shared/model/ids'
import { client, useCall } from '../bridge/hooks'
import { formerly } from '../format/field-values'
import type { FieldLine } from '../format/fields'

export function useLineSaving(contactId: ContactId, line: FieldLine, fields: ContactFields) {
  const update = useCall('people.update')
  const updateAddress = useCall('people.updateAddress')
  const { part } = line
  const { pending, error } = part ? updateAddress : update
  const former = line.read(fields)
  /** @returns how it is taken back */
  const save = async (text: string): Promise<() => Promise<unknown>> => {
    if (part) {
      await updateAddress.run({ contactId, parts: { [part]: text } })
      return () => client.call('people.updateAddress', { contactId, parts: { [part]: former } })
    }
    const changes = line.write(fields, text)
    await update.run({ contactId, changes })
    return () => client.call('people.update', { contactId, changes: formerly(fields, changes) })
  }
  return { save, pending, error }
}
