// The external sources that an organisation has listed: of each its latest version that can be read.
import { type ExternalSource, externalSourceInputSchema } from '@shared/model/external-source'
import type { DecisionDocument } from '../documents/decision'
import { latestSettings } from './versioned-settings'

/** By name. */
export function externalSourcesIn(documents: Iterable<DecisionDocument>): ExternalSource[] {
  const sources = latestSettings(documents, 'source', externalSourceInputSchema)
  return sources
    .map(({ id, name, isActive, uriTemplate }) => ({
      id,
      name,
      isActive,
      ...(uriTemplate === undefined ? {} : { uriTemplate }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))
}
