// What a database says of who may take part, and by which rules it judges writes: its design and its security document.
// Invariant: what was asked last is what later answers are compared with.
import { z } from 'zod'
import { canonicalJson } from '../../engine/documents/canonical-json'
import { designSchema } from './couch-json'
import { type DatabaseCalls, isNoDatabase } from './database-calls'

/** Made by provisioning; its version decides who may take part. */
export const DESIGN = '_design/scv'
export type Design = z.infer<typeof designSchema>

const databaseSchema = z.object({ cluster: z.object({ n: z.number() }).optional() })

/** @param known the design document, kept for the next connection as well: it is large, and seldom another one */
export function serverRules(calls: DatabaseCalls, known: { design?: Design }) {
  let rev: string | undefined
  let isChanged = false
  let security = ''
  let copies = 1

  async function readSecurity(): Promise<string> {
    return canonicalJson(calls.read(z.record(z.string(), z.json()), await calls.call('GET', '/_security')))
  }

  return {
    /** What the design document says of versions, and whose roles count; undefined when there is none. */
    async schema(): Promise<{ version: number; minimum: number; organisation?: string | undefined } | undefined> {
      isChanged = false
      const answer = await calls.call('GET', `/${DESIGN}`, { have: known.design?._rev })
      if (answer.status === 404 && !isNoDatabase(answer)) return undefined
      const design = answer.status === 304 && known.design ? known.design : calls.read(designSchema, answer)
      known.design = design
      rev = design._rev
      copies = calls.read(databaseSchema, await calls.call('GET', '')).cluster?.n ?? 1
      security = await readSecurity()
      return { ...design.schema, organisation: design.organisation }
    },
    /** Whether the security object is another one by now. */
    async securityChanged(): Promise<boolean> {
      return (await readSecurity()) !== security
    },
    /** Takes note of the revision that the feed shows. */
    seen(inFeed: string | undefined): void {
      if (inFeed !== undefined && inFeed !== rev) isChanged = true
    },
    /** How many copies of a document the server keeps. */
    get copies(): number {
      return copies
    },
    /** What the server judges our writes by, as one text. */
    get rules(): string {
      return `${rev} ${security}`
    },
    /** Whether the feed has shown another design document since it was asked for. */
    get schemaChanged(): boolean {
      return isChanged
    },
  }
}
