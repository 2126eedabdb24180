// The version of the documents as devices exchange them, and how a database of an organisation is called.

/**
 * Raised when documents change in a way that older versions would misread. The design document names the least version
 * that may take part (`src-main/provision`): older devices stop exchanging and keep working locally.
 */
export const PROTOCOL_VERSION = 1

/** CouchDB's rule allows more; this is what neither a URL nor a shell reads as something else. */
const ORGANISATION = /^[a-z0-9][a-z0-9_-]{0,59}$/

/** An organisation's name as its database and its roles bear it; undefined when it cannot be one. */
export function organisationName(org: string): string | undefined {
  const name = org.trim().toLowerCase()
  return ORGANISATION.test(name) ? name : undefined
}

/** What the names of all organisations' databases begin with. */
export const DATABASE_PREFIX = 'scv-'

/** The name of an organisation's database; undefined when the name cannot be one. */
export function databaseOf(org: string): string | undefined {
  const name = organisationName(org)
  return name === undefined ? undefined : DATABASE_PREFIX + name
}
