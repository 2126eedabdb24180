// The design document of an organisation's database. Invariant: `version` rises with every change of what is released, so
// that an older provisioning never takes a newer one's place.
import { PROTOCOL_VERSION } from '../replication/couch/protocol'
import { validationText } from './validation'

/** Raise it when the design document changes; a test compares its digest. */
export const DESIGN_VERSION = 7
/** The oldest documents that may take part. */
const SCHEMA_MINIMUM = 1

export const DESIGN_ID = '_design/scv'

export interface DesignDocument {
  _id: typeof DESIGN_ID
  language: 'javascript'
  version: number
  /** Whose roles count: `acme` for `acme:agent`. Absent in databases of version 3 and before, whose roles named none. */
  organisation: string
  /** Read by devices: what the organisation's documents are, and the least a device must understand. */
  schema: { version: number; minimum: number }
  validate_doc_update: string
  /** The server builds its indexes when a reader asks, not beside every write. */
  autoupdate: false
  /** `kinds`: how many documents of each kind there are, for the administrator. */
  views: { kinds: { map: string; reduce: string } }
}

/** @param organisation its name, as its roles bear it */
export function designDocument(organisation: string): DesignDocument {
  return {
    _id: DESIGN_ID,
    language: 'javascript',
    version: DESIGN_VERSION,
    organisation,
    schema: { version: PROTOCOL_VERSION, minimum: SCHEMA_MINIMUM },
    validate_doc_update: validationText(organisation),
    autoupdate: false,
    views: {
      kinds: {
        map: "function (doc) { emit(doc._id.slice(0, doc._id.indexOf(':')), null) }",
        reduce: '_count',
      },
    },
  }
}
