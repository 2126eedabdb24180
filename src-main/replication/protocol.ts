// The version of the documents as devices exchange them, and how a database of an organisation is called.

/**
 * Raised when documents change in a way that older versions would misread. The design document names the least version
 * that may take part (sync specification; `src-main/provision`): older devices stop exchanging and keep working locally.
 */
export const PROTOCOL_VERSION = 1

/** CouchDB: lower-case letters, digits and `_$()+/-`, beginning with a letter; ours is narrower, for URLs' sake. */
const ORG = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** The name of an organisation's database; undefined when the name cannot be one. */
export function databaseOf(org: string): string | undefined {
  const name = org.trim().toLowerCase()
  return ORG.test(name) ? `scv-${name}` : undefined
}
