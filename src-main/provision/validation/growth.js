// What is new in a document compared with the one the server has, and that nothing of the old one is gone: the server's side
// of the joins in `src-main/engine/documents`. Invariant: whatever passes contains what was there, so a join with it is it.

/** Entries of a register that were not there. @throws when one that was there is gone or changed */
function newEntries(former, register, what) {
  if (!former || former.length === 0) return register || []
  if (JSON.stringify(former) === JSON.stringify(register)) return []
  const known = {}
  for (const entry of former) {
    if (!has(known, entry.t)) known[entry.t] = []
    known[entry.t].push(canonicalJson(entry))
  }
  let found = 0
  const added = (register || []).filter((entry) => {
    if (!has(known, entry.t) || known[entry.t].indexOf(canonicalJson(entry)) < 0) return true
    found += 1
    return false
  })
  if (found < former.length) refuse(`${what} loses a part of its history.`)
  return added
}

/** Judges each entry a register gained. */
function judgeRegister(context, former, register, permissions, what) {
  if (register === undefined && !former) return
  const entries = newEntries(former, register, what)
  for (let i = 0; i < entries.length; i += 1) context.wrote(entries[i].b, entries[i].t, permissions, what)
}

/** Which of two stamped values stands: the earlier, or the later; ties by content. True when it is the new one. */
function stands(former, next, earliest) {
  if (former.at !== next.at) return earliest ? next.at < former.at : next.at > former.at
  return canonicalJson(next) >= canonicalJson(former)
}

/** One free value, such as a custom field, has an end. */
function judgeFree(value, what) {
  if (typeof value === 'object' || typeof value === 'string')
    if (JSON.stringify(value).length > LIMITS.free) refuse(`${what} is too long.`)
}

/** A stamped value that is written once, or replaced by an earlier (or later) one. */
function judgeSigned(context, former, next, earliest, permissions, what) {
  if (former && !next) refuse(`${what} cannot be taken back.`)
  if (!next || (former && same(former, next))) return
  if (former && !stands(former, next, earliest)) refuse(`${what} cannot be changed.`)
  context.wrote(next.by, next.at, permissions, what)
}

function unchanged(former, next, names, what) {
  for (const name of names) if (!same(former[name], next[name])) refuse(`${what} cannot be changed.`)
}

const ADD = 'externalContacts:contact:add'
const EDIT = 'externalContacts:contact:edit'
const DELETE = 'externalContacts:contact:delete'
const MERGE = 'externalContacts:identity:merge'
const PROMOTE = 'externalContacts:identity:promote'
const ASSOCIATE = 'externalContacts:conversation:associate'
const ERASE = 'externalContacts:identity:erase'
const IMPORT = 'externalContacts:import:add'

/** Any one of them will do: one change can be the effect of several commands. */
const CREATES = { person: [ADD], import: [IMPORT], interaction: [ASSOCIATE], merge: [MERGE] }
const WRITES_FIELDS = [EDIT, IMPORT, PROMOTE, MERGE]
const RAISES = {
  Curated: [PROMOTE, IMPORT, MERGE],
  Identified: [EDIT, IMPORT, PROMOTE, MERGE, ASSOCIATE],
  Ephemeral: [],
}
const CLAIMS = {
  field: [ADD, EDIT, IMPORT, PROMOTE, MERGE, DELETE],
  explicit: [EDIT, PROMOTE, MERGE, DELETE],
  interaction: [ASSOCIATE, EDIT, PROMOTE, MERGE, DELETE],
  import: [IMPORT, EDIT, PROMOTE, MERGE, DELETE],
}
const RELEASES = [EDIT, IMPORT, PROMOTE, MERGE, DELETE]
const TYPES = ['Ephemeral', 'Identified', 'Curated']

function judgeContact(context, former, next) {
  if (former) unchanged(former, next, ['created'], 'Who made a contact')
  else context.wrote(next.created.by, next.created.at, CREATES[next.created.via], 'A new contact')
  judgeType(context, former, next)
  if (!next.erased) {
    const before = former ? former.fields : {}
    const keys = Object.keys(before)
    for (let i = 0; i < keys.length; i += 1) if (!has(next.fields, keys[i])) refuse('A field loses its history.')
    judgeFields(context, former ? undefined : next.created, before, next.fields)
  }
  judgeRegister(context, former && former.deleted, next.deleted, [DELETE], 'A deletion')
  judgeSigned(context, former && former.expired, next.expired, false, [DELETE], 'An expiry')
  const activity = former ? former.lastActivity : 0
  if (former && next.lastActivity < activity) refuse('The last activity of a contact only rises.')
  if (next.lastActivity < EARLIEST_ACTIVITY && next.lastActivity !== activity)
    refuse('The last activity of a contact is no moment in time.')
  if (next.lastActivity !== activity) context.changed([ASSOCIATE, MERGE], 'The last activity of a contact')
}

/** `birth`: when and how the contact was made, if that is new as well: then its first values are part of it. */
function judgeFields(context, birth, before, fields) {
  const keys = Object.keys(fields)
  for (let k = 0; k < keys.length; k += 1) {
    const entries = newEntries(has(before, keys[k]) ? before[keys[k]] : undefined, fields[keys[k]], 'A field')
    for (let i = 0; i < entries.length; i += 1) {
      const atBirth = birth && entries[i].t === birth.at
      // What was carried over from another document bears the stamp it had there.
      const isOld = entries[i].o !== undefined || (birth && birth.via === 'merge')
      context.wrote(entries[i].b, entries[i].t, atBirth ? CREATES[birth.via] : WRITES_FIELDS, 'A field', isOld)
      judgeFree(entries[i].v, 'A field')
    }
  }
}

function judgeType(context, former, next) {
  const type = next.type
  if (!former) {
    // Whoever makes a contact decides what it is; interactions never make curated ones.
    const atBirth = type.at === next.created.at && (next.created.via !== 'interaction' || type.value !== 'Curated')
    return context.wrote(type.by, type.at, atBirth ? CREATES[next.created.via] : RAISES[type.value], 'A promotion')
  }
  if (same(former.type, type)) return undefined
  const rise = TYPES.indexOf(type.value) - TYPES.indexOf(former.type.value)
  if (rise < 0 || (rise === 0 && !stands(former.type, type, true))) refuse('The type of a contact only rises.')
  return context.wrote(type.by, type.at, RAISES[type.value], 'A promotion')
}

function judgeIdentifier(context, former, next) {
  const gone = next.erased || {}
  if (former) {
    unchanged(former, next, ['type'], 'An identifier')
    if (former.value !== '' && next.value !== '') unchanged(former, next, ['value', 'source'], 'An identifier')
  }
  const before = former || { claims: {}, releases: {}, erased: {} }
  judgeErasedClaims(context, before.erased || {}, gone)
  for (const id of Object.keys(before.claims)) if (!has(gone, id) && !has(next.claims, id)) refuse('A claim is lost.')
  const sinces = sincesIn(before.claims)
  for (const id of Object.keys(next.claims))
    judgeClaims(
      context,
      has(before.claims, id) ? before.claims[id] : {},
      next.claims[id],
      has(next.releases, id) ? next.releases[id] : {},
      sinces,
    )
  for (const id of Object.keys(before.releases))
    if (!has(gone, id) && !has(next.releases, id)) refuse('A release is lost.')
  for (const id of Object.keys(next.releases))
    judgeReleases(
      context,
      has(before.releases, id) ? before.releases[id] : {},
      next.releases[id],
      has(next.claims, id) ? next.claims[id] : {},
    )
}

/** Since when claims of whichever contact count: one that was taken long ago is passed on. */
function sincesIn(claims) {
  const sinces = {}
  for (const id of Object.keys(claims))
    for (const device of Object.keys(claims[id])) sinces[claims[id][device].since] = true
  return sinces
}

function judgeErasedClaims(context, before, gone) {
  for (const id of Object.keys(before)) if (!has(gone, id)) refuse('An erasure cannot be taken back.')
  for (const id of Object.keys(gone)) {
    if (has(before, id) && before[id] === gone[id]) continue
    if (has(before, id) && before[id] < gone[id]) refuse('An erasure cannot be changed.')
    context.changed([ERASE], 'An erasure', gone[id])
  }
}

function judgeClaims(context, before, claims, releases, sinces) {
  for (const device of Object.keys(before)) if (!has(claims, device)) refuse('A claim is lost.')
  for (const device of Object.keys(claims)) {
    const claim = claims[device]
    const former = has(before, device) ? before[device] : undefined
    if (former && same(former, claim)) continue
    if (former && !stands(former, claim, false)) refuse('A claim cannot be changed.')
    // A device claims anew only once its claim was released; until then it confirms what stands, which is no later.
    const released = former && has(releases, device) && releases[device] >= former.at
    const moved = former && (claim.at === former.at || (claim.since > former.since && !released))
    if (moved && !context.recovering) refuse('The claim of another device cannot be changed.')
    if (claim.at.slice(13) !== device) refuse('A claim does not bear the stamp of its device.')
    if (!has(sinces, claim.since)) context.possible(claim.since, 'A claim')
    // Confirming somebody's claim leaves it theirs.
    const confirms = Object.keys(before).some((one) => before[one].since === claim.since && before[one].by === claim.by)
    context.wrote(confirms ? context.user : claim.by, claim.at, CLAIMS[claim.via], 'A claim')
  }
}

function judgeReleases(context, before, releases, claims) {
  for (const device of Object.keys(before)) if (!has(releases, device)) refuse('A release is lost.')
  for (const device of Object.keys(releases)) {
    if (has(before, device) && before[device] === releases[device]) continue
    if (has(before, device) && before[device] > releases[device]) refuse('A release cannot be taken back.')
    // One that reaches further would give up claims that are not made yet.
    if (!has(claims, device) || claims[device].at < releases[device])
      refuse('A release reaches no further than the claim it gives up.')
    context.changed(RELEASES, 'A release', releases[device], true)
  }
}

/** What of the facts stays after an erasure; as in the engine. */
function withoutPersonalData(facts) {
  const kept = { conversationId: '', identifiers: [] }
  for (const name of ['at', 'by', 'channel', 'direction', 'startedAt', 'endedAt', 'queue'])
    if (has(facts, name)) kept[name] = facts[name]
  return kept
}

function judgeInteraction(context, former, next) {
  const facts = next.facts
  const before = former && (next.erased ? withoutPersonalData(former.facts) : former.facts)
  if (!former) context.wrote(facts.by, facts.at, [ASSOCIATE], 'An interaction')
  else if (!same(before, facts)) {
    // Recorded twice apart: the earlier recording stands. The id is made from the conversation, so that cannot differ.
    if (facts.at >= before.at) refuse('What an interaction tells cannot be changed.')
    if (stampMs(facts.at) < earliestRecording(before) && !context.recovering)
      refuse('An interaction is recorded no earlier than it began.')
    if (!next.erased) unchanged(before, facts, ['conversationId', 'communicationId'], 'What an interaction tells')
    context.wrote(facts.by, facts.at, [ASSOCIATE], 'An interaction')
  }
  judgeRegister(context, former && former.link, next.link, [ASSOCIATE, ERASE], 'A link')
  if (next.erased) return
  judgeRegister(context, former && former.wrapUp, next.wrapUp, [ASSOCIATE], 'A wrap-up')
  judgeLater(context, (former && former.later) || {}, next.later || {})
}

/** When an interaction that is known may have been recorded at first, ms: clocks may differ by so much. */
function earliestRecording(facts) {
  const began = Date.parse(facts.startedAt)
  const recorded = stampMs(facts.at)
  return (began < recorded ? began : recorded) - TOLERANCE_MS
}

/** What was told since. */
function judgeLater(context, before, later) {
  for (const name of Object.keys(before)) if (!has(later, name)) refuse('What was told later is lost.')
  for (const name of Object.keys(later))
    judgeRegister(context, has(before, name) ? before[name] : undefined, later[name], [ASSOCIATE], 'What is told later')
}

function judgeMerge(context, former, next) {
  if (former) unchanged(former, next, ['inputs', 'result', 'at', 'by', 'choices', 'builtOn'], 'A merge')
  else {
    context.wrote(next.by, next.at, [MERGE], 'A merge')
    const all = next.inputs.concat([next.result]).sort()
    if (all.some((id, i) => id === all[i + 1])) refuse('A merge joins different contacts under a new one.')
  }
  judgeRegister(context, former && former.undone, next.undone, [MERGE], 'The undoing of a merge')
  if (!next.erased) judgeRegister(context, former && former.reason, next.reason, [MERGE], 'A reason')
}

function judgeNote(context, former, next) {
  if (former) unchanged(former, next, ['contactId', 'created'], 'Whose a note is')
  else context.wrote(next.created.by, next.created.at, [EDIT, IMPORT], 'A note')
  if (!next.erased) judgeRegister(context, former && former.text, next.text, [EDIT, IMPORT], 'A note')
  judgeRegister(context, former && former.link, next.link, [EDIT, MERGE], 'Whose a note is')
  judgeRegister(context, former && former.deleted, next.deleted, [EDIT], 'A note')
}

function judgeDecision(context, former, next) {
  const permissions = DECISIONS[next.kind]
  if (former) unchanged(former, next, ['kind', 'subjects', 'definition'], 'What a decision is about')
  else if (next.definition) {
    context.wrote(next.definition.by, next.definition.at, permissions, 'A setting')
    judgeFree(next.definition.says, 'A setting')
  }
  judgeRegister(context, former && former.standing, next.standing, permissions, 'A decision')
  judgeRegister(context, former && former.value, next.value, permissions, 'A setting')
  const seen = next.seen || []
  const before = (former && former.seen) || []
  if (before.some((one) => seen.indexOf(one) < 0)) refuse('What a decision had seen is lost.')
  if (seen.length > before.length) context.changed(permissions, 'A decision')
  if (!next.erased) judgeRegister(context, former && former.reason, next.reason, permissions, 'A reason')
}

function judgeAudit(context, former, next) {
  if (!former) context.wrote(next.by, next.at, ACTIONS[next.action], 'An entry of the audit trail')
  else unchanged(former, next, ['at', 'by', 'action', 'contactIds', 'subjectId', 'details'], 'The audit trail')
  if (next.erased) return
  if (!former && next.details)
    for (const name of Object.keys(next.details)) judgeFree(next.details[name], 'An entry of the audit trail')
  const permissions = former ? [] : ACTIONS[next.action]
  judgeRegister(context, former && former.reason, next.reason, permissions, 'The reason in the audit trail')
}

const JUDGES = {
  contacts: judgeContact,
  identifiers: judgeIdentifier,
  interactions: judgeInteraction,
  merges: judgeMerge,
  notes: judgeNote,
  decisions: judgeDecision,
  audit: judgeAudit,
}
