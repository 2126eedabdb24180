// The short way for what comes by the hundred thousand: a new document that one person wrote in one command. Why it is
// written as it is stands in `quick-checks.ts`. Invariant: whatever it takes, the rules take as well.

/** The permission that making this document surely needs and that suffices; empty: the rules have to say. */
function permissionToMake(kind, document) {
  if (kind === 'contacts') {
    const via = document.created.via
    const plain = document.deleted === undefined && document.expired === undefined
    const active = document.lastActivity !== 0 && via !== 'interaction' && via !== 'merge'
    const risen = via === 'interaction' && document.type.value === 'Curated'
    return plain && !active && !risen ? CREATES[via][0] : ''
  }
  if (kind === 'identifiers') {
    const ids = Object.keys(document.claims)
    if (ids.length !== 1 || Object.keys(document.releases).length !== 0) return ''
    const devices = Object.keys(document.claims[ids[0]])
    const claim = document.claims[ids[0]][devices[0]]
    // A stamp ends with the name of its device.
    return devices.length === 1 && devices[0].length === 10 && claim.at.indexOf(devices[0], 13) === 13
      ? CLAIMS[claim.via][0]
      : ''
  }
  if (kind === 'interactions') return ASSOCIATE
  if (kind === 'notes') return document.deleted === undefined && document.link === undefined ? EDIT : ''
  return kind === 'audit' ? ACTIONS[document.action][0] : ''
}

/** Whether somebody who may do so wrote this new document in one command. No: the rules have to say. */
function madeAtOnce(document, user, roles) {
  const id = document._id
  const kind = quickKind(id)
  if (kind === '' || typeof user !== 'string' || document._attachments !== undefined) return false
  if (kind === 'identifiers' || kind === 'interactions') {
    if (id.length !== kind.length + 35 || NO_DIGEST_ID.test(id)) return false
  } else {
    const at = kind.length
    const hyphens = id[at + 9] === '-' && id[at + 14] === '-' && id[at + 19] === '-' && id[at + 24] === '-'
    if (id.length !== at + 37 || !hyphens || NO_UUID_ID.test(id)) return false
  }
  if (!QUICK[kind](document, user, EARLIEST_STAMP, latestStamp(), latestActivity())) return false
  const permission = permissionToMake(kind, document)
  if (permission === '' || identityFault(kind, document) !== undefined) return false
  const granted = GRANTS[roles[0]] || GRANTS[roles[1]]
  return granted !== undefined && granted[permission] === true
}

const NO_UUID_ID = /:.*[^0-9a-f-]/
const NO_DIGEST_ID = /:.*[^\w-]/

function quickKind(id) {
  if (id.indexOf('contacts:') === 0) return 'contacts'
  if (id.indexOf('identifiers:i-') === 0) return 'identifiers'
  if (id.indexOf('audit:') === 0) return 'audit'
  if (id.indexOf('interactions:n-') === 0) return 'interactions'
  return id.indexOf('notes:') === 0 ? 'notes' : ''
}
