// How the database of an organisation is called; provisioning makes it, devices exchange with it.

/** CouchDB's rule allows more; this is what neither a URL nor a shell reads as something else. */
const ORGANISATION = /^[a-z0-9][a-z0-9_-]{0,59}$/

/** The name of an organisation's database; undefined when the name cannot be one. */
export function databaseOf(org: string): string | undefined {
  const name = org.trim().toLowerCase()
  return ORGANISATION.test(name) ? `scv-${name}` : undefined
}
