// Whether a write is taken: the entry point of the server's validation. What it does not define is put in front when it is
// provisioned (`src-main/provision/validation.ts`): the engine's shapes and their interpreter, and the tables of permissions.
// Invariant: every refusal is one sentence that a person understands and that holds no value of a document; nothing newer
// than ECMAScript 2017 is needed.
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const IDS = {
  contacts: UUID,
  merges: UUID,
  notes: UUID,
  audit: UUID,
  identifiers: /^i-[\w-]{32}$/,
  interactions: /^n-[\w-]{32}$/,
  decisions: /^d-[\w-]{32}$/,
}

const CHECKS = {}

/** What is wrong with a document's shape, or nothing. */
function shapeFault(kind, document, seen) {
  if (!CHECKS[kind]) CHECKS[kind] = compileKind(kind, SHAPES[kind], ERASED[kind])
  return CHECKS[kind](document, seen)
}

/** Role → permission → true. */
const GRANTS = Object.create(null)
for (const role of Object.keys(ROLES)) {
  GRANTS[role] = {}
  for (const permission of ROLES[role]) GRANTS[role][permission] = true
}

function refuse(reason) {
  throw { forbidden: reason }
}

/** As the engine's `canonicalJson`: one text per JSON value, whatever the order of its keys. */
function canonicalJson(value) {
  if (value === undefined) return 'null'
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`)
  return `{${members.join(',')}}`
}

/** Mostly the texts are equal as they are. */
function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b)
}

/** What no stamp may be after. Nine digits begin one; `~` sorts after whatever may follow them. */
function latestStamp() {
  const ms = (Date.now() + TOLERANCE_MS).toString(36)
  return ms.length < 9 ? `0${ms}~` : `${ms}~`
}

const EARLIEST_STAMP = `0${EARLIEST_MS.toString(36)}`
/** The year 0: moments of interactions have four digits. */
const EARLIEST_ACTIVITY = -62200000000000

function stampMs(stamp) {
  return parseInt(stamp.slice(0, 9), 36)
}

/** What no activity may be after: an interaction may be announced, by as much as a stamp may be ahead. */
function latestActivity() {
  return Date.now() + 2 * TOLERANCE_MS
}

/** Nothing new lies in the future, whatever it is: one stamp would move the clocks of all devices that read it. */
function judgeTime(kind, seen, former, next) {
  const latest = latestStamp()
  if (seen.latest > latest) {
    const [all, known] = [newNotes(latest), newNotes(latest)]
    shapeFault(kind, next, all)
    if (former) shapeFault(kind, former, known)
    for (const stamp of Object.keys(all.found))
      if (!has(known.found, stamp)) refuse('Something in it lies in the future: the clock of the device is wrong.')
  }
  if (seen.activity > latestActivity()) {
    const known = newNotes()
    if (former) shapeFault(kind, former, known)
    if (seen.activity > known.activity) refuse('The last activity of a contact lies in the future.')
  }
}

/** What the rules ask about whoever writes. */
function contextOf(userCtx, secObj) {
  const roles = userCtx.roles
  const recovering = Boolean(secObj && secObj.scv && secObj.scv.recovering === true)
  const latest = latestStamp()

  function inTime(stamp, what) {
    if (stamp > latest) refuse(`${what} lies in the future: the clock of the device is wrong.`)
  }
  /** Where the earliest counts, one from the beginning of time would always stand. */
  function possible(stamp, what) {
    if (stamp < EARLIEST_STAMP && !recovering) refuse(`${what} lies long ago: the clock of the device is wrong.`)
  }
  function may(any, what) {
    for (let i = 0; i < roles.length; i += 1)
      if (GRANTS[roles[i]]) for (let j = 0; j < any.length; j += 1) if (GRANTS[roles[i]][any[j]] === true) return
    refuse(any.length > 0 ? `${what} needs the permission ${any.join(' or ')}.` : `${what} cannot be changed.`)
  }
  return {
    user: userCtx.name,
    recovering,
    possible,
    /** Somebody wrote something new: it has to be the one who is signed in, who may do that. `isOld`: it was carried over. */
    wrote(author, stamp, any, what, isOld) {
      inTime(stamp, what)
      if (!isOld) possible(stamp, what)
      // What no permission writes any more was judged when it was new: a backup may have lost it.
      if (author === userCtx.name && recovering && any.length === 0) return
      if (author === userCtx.name) may(any, what)
      else if (!recovering) refuse(`${what} bears the name of somebody who is not signed in.`)
    },
    /** Something new that bears no name. */
    changed(any, what, stamp, isOld) {
      if (stamp !== undefined) inTime(stamp, what)
      if (stamp !== undefined && !isOld) possible(stamp, what)
      if (!recovering) may(any, what)
    },
  }
}

/** A document has an end; one that is larger already may not grow. */
function judgeSize(kind, next, former) {
  const size = JSON.stringify(next).length
  const most = kind === 'identifiers' ? LIMITS.claims : LIMITS.document
  if (size > most && !(former && JSON.stringify(former).length >= size)) refuse('The document is too large.')
}

/** Members of newer versions have an end, too; those that were there stay. */
function judgeUnknown(kind, seen, former) {
  const large = Object.keys(seen.large)
  if (large.length === 0) return
  const known = newNotes()
  if (former) shapeFault(kind, former, known)
  for (const one of large) if (!has(known.large, one)) refuse('A member of a newer version is too large.')
}

function judgeAttachments(former, next) {
  if (!next._attachments) return
  const before = (former && former._attachments) || {}
  const names = Object.keys(next._attachments)
  if (names.some((name) => !has(before, name) || before[name].digest !== next._attachments[name].digest))
    refuse('Documents have no attachments here.')
}

function validate(newDoc, oldDoc, userCtx, secObj) {
  // What another server of the organisation has judged comes as it is. What were refused here by a clock that is wrong, or for
  // want of a newer version, would be missing for good: servers try a document once.
  if (userCtx.roles.indexOf('_admin') >= 0 || userCtx.roles.indexOf(REPLICATOR) >= 0) return
  const colon = newDoc._id.indexOf(':')
  const kind = newDoc._id.slice(0, colon)
  if (newDoc._deleted) {
    if (userCtx.roles.indexOf(ADMINISTRATOR) < 0) refuse('Only administrators delete documents for good.')
    return
  }
  // What is new has no revision yet, and an edit bears the one that it follows. Another one was named by its writer: it would
  // stand beside what the server has, and nothing of that be looked at.
  if (newDoc._rev !== undefined && (!oldDoc || oldDoc._rev !== newDoc._rev))
    refuse('Branches of documents come from other servers alone.')
  const former = oldDoc && !oldDoc._deleted ? oldDoc : null
  judgeSize(kind, newDoc, former)
  if (WAYS !== 'rules' && !oldDoc && madeAtOnce(newDoc, userCtx.name, userCtx.roles)) return
  if (WAYS === 'quick') refuse('In doubt.')
  if (colon < 0 || !has(SHAPES, kind)) refuse('This database holds other kinds of documents.')
  if (!IDS[kind].test(newDoc._id.slice(colon + 1))) refuse('The id of a document is not one that devices make.')
  const seen = newNotes()
  const fault = shapeFault(kind, newDoc, seen)
  if (fault !== undefined) refuse(sentence(fault))
  judgeUnknown(kind, seen, former)
  judgeIdentity(kind, former, newDoc)
  const context = contextOf(userCtx, secObj)
  judgeAttachments(former, newDoc)
  if (kind !== 'identifiers') judgeSigned(context, former && former.erased, newDoc.erased, true, [ERASE], 'An erasure')
  JUDGES[kind](context, former, newDoc)
  judgeTime(kind, seen, former, newDoc)
}
