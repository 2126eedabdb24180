// The external sources that an organisation has listed: of each its latest version that can be read.
import { type ExternalSource, externalSourceInputSchema } from '@shared/model/external-source'
import { z } from 'zod'
import type { DecisionDocument } from '../documents/decision'
import { settingVersions } from './versioned-settings'

const saidSource = z.object({ version: z.number().int().min(1), source: externalSourceInputSchema })

/** By name. */
export function externalSourcesIn(documents: Iterable<DecisionDocument>): ExternalSource[] {
  const sources = [...settingVersions(documents)].flatMap(([id, versions]) => {
    const readable = versions.flatMap(({ says }) => {
      const said = saidSource.safeParse(says)
      return said.success ? [said.data.source] : []
    })
    const latest = readable.at(-1)
    return latest ? [{ ...latest, id }] : []
  })
  return sources.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))
}
