// Whether a document is the one that its id names, and an identifier's value one that devices make: two notations of one
// number must not be two identifiers. What needs the tables of numbering plans or of domain names is left to devices.
// Invariant: it refuses no key that `src-shared/model/normalise.ts` gives, and judges only what was not there before.

/** What the digest in a document's id is made of; undefined: it has no digest, or what it was made of is erased. */
function contentOfId(kind, document) {
  if (kind === 'identifiers')
    return document.value === '' ? undefined : [document.type, document.source || '', document.value]
  if (kind === 'interactions')
    return document.erased === undefined
      ? [document.facts.conversationId, document.facts.communicationId || '']
      : undefined
  return kind === 'decisions' ? [document.kind].concat(document.subjects) : undefined
}

/** Entries that say whom an import wrote to have ids (version 8) made of the import and their place. */
const PART_ID = /^audit:.{14}8/

function isPartOfImport({ _id, subjectId, details }) {
  const part = details && (details.undone === true ? 'undone' : details.part)
  const hex = sha256(JSON.stringify(['import part', subjectId, part]))
    .slice(0, 4)
    .map((word) => `0000000${(word >>> 0).toString(16)}`.slice(-8))
    .join('')
  const given = _id.slice(6).replace(/-/g, '')
  return (
    given.slice(0, 12) === hex.slice(0, 12) &&
    given.slice(13, 16) === hex.slice(13, 16) &&
    given.slice(17) === hex.slice(17)
  )
}

/** Blanks and the like, as `trim` takes them off; spelled out, since engines differ. */
const BLANK_ENDS =
  /^[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]|[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]$/
const E164 = /^\+[1-9]\d{1,19}$/
const ACCOUNT = /^\d{1,20}$/
const MAIL = /.@[^@ ]+$/
/** Control, format and blank characters, and capitals of the alphabets that have had them long. */
const NOT_IN_MAIL =
  /[^ -@[-~\u00a1-\u00ac\u00ae-\u00bf\u00d7\u00df-\uffff]|[\u0391-\u03a1\u03a3-\u03ab\u0410-\u042f\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\uff01-\uff5e]/
const LONGEST_MAIL = 254
const LONGEST_VALUE = 1024

/** Whether a value is in the form in which identifiers of its type are claimed. */
function isKey(type, value) {
  if (type === 'Phone') return E164.test(value)
  if (type === 'SocialWhatsapp') return ACCOUNT.test(value)
  if (type === 'Email') return value.length <= LONGEST_MAIL && MAIL.test(value) && !NOT_IN_MAIL.test(value)
  return value.length <= LONGEST_VALUE && !BLANK_ENDS.test(value)
}

const OTHER_ID = 'The id of a document is the digest of what it is about.'

/** What is wrong with the identity of a new document; undefined: nothing. */
function identityFault(kind, document) {
  const content = contentOfId(kind, document)
  if (content === undefined)
    return kind === 'audit' && PART_ID.test(document._id) && !isPartOfImport(document) ? OTHER_ID : undefined
  if (digest(JSON.stringify(content)) !== document._id.slice(kind.length + 3)) return OTHER_ID
  if (kind !== 'identifiers') return undefined
  if (!isKey(document.type, document.value))
    return 'The value of an identifier is not in the form in which it is claimed.'
  if (document.source === undefined) return undefined
  if (document.type !== 'ExternalId') return 'Only external ids have a source.'
  return BLANK_ENDS.test(document.source)
    ? 'The source of an identifier is not in the form in which it is claimed.'
    : undefined
}

/** Who is named by what stands before, and what is not there yet names itself. */
function judgeIdentity(kind, former, next) {
  if (former && !(kind === 'identifiers' && former.value === '')) return
  const fault = identityFault(kind, next)
  if (fault !== undefined) refuse(fault)
}
