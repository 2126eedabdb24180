// The version of the documents as devices exchange them. A design document on the server names the least version that may
// take part (`schema.minimum`); an older device says "update" and goes on working by itself (domain specification, section 6).

/** Raised when documents change in a way that older versions cannot carry along untouched. */
export const SCHEMA_VERSION = 1
