// What is built into the application, under which licences: the files that the build leaves beside its bundles.
import { readFile } from 'node:fs/promises'
import type { Licence } from '@shared/contract/app'
import { z } from 'zod'

const fileSchema = z.array(
  z.object({ name: z.string(), version: z.string(), identifier: z.string().nullish(), text: z.string().nullish() }),
)

/** Packages by name, each version once. Files that are not there count for nothing: development has none. */
export async function readLicences(files: readonly string[]): Promise<Licence[]> {
  const texts = await Promise.all(
    files.map((file) =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '[]'
        throw error
      }),
    ),
  )
  const found = texts.flatMap((text) => fileSchema.parse(JSON.parse(text)))
  const byName = new Map(
    found.map(({ name, version, identifier, text }) => [
      `${name} ${version}`,
      { name, version, licence: identifier ?? 'unknown', text: text ?? '' },
    ]),
  )
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
