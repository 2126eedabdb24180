// A record of a person, as any table of people has it. Invariant: nothing here knows contacts, documents or views.

export interface PersonRecord {
  /** Tells the record from others; never compared. */
  id: string
  given?: string | undefined
  family?: string | undefined
  /** `1980-02-29` or `19800229`; one of which a part is unknown counts as none. */
  birthDate?: string | undefined
  emails?: readonly string[] | undefined
  /** In any notation, preferably E.164. */
  phones?: readonly string[] | undefined
  houseNumber?: string | undefined
  street?: string | undefined
  /** What else stands in an address before the town. */
  street2?: string | undefined
  town?: string | undefined
  postcode?: string | undefined
  state?: string | undefined
  /** Anything else that tells people apart, by name. */
  others?: Readonly<Record<string, string>> | undefined
}
