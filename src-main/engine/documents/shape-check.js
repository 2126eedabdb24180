// The interpreter of document shapes (`validate-shape.ts` has the language). Devices run it as it is; the server runs the
// same text, put into its design document by `src-main/provision/validation.ts`, so both give the same verdicts in the same
// words. Invariant: it needs nothing newer than ECMAScript 2017, and changes or copies no value.
import { canonicalJson } from './canonical-json'

/**
 * `members`: of a list or record, at most; a switchboard's number may be wanted by very many. `key`: longest name of a
 * member. `depth`: of free JSON, so that no recursion over it runs out of stack. The server alone judges by the others, and
 * only what is new: `document`: characters of a document as JSON, `claims`: of an identifier's; `free`: of a value without a
 * shape; `unknown`: members of newer versions in one group. What devices make stays far below (`src-shared/model/limits.ts`).
 */
export const LIMITS = {
  members: 100000,
  key: 10000,
  depth: 64,
  document: 5000000,
  claims: 7500000,
  free: 100000,
  unknown: 50,
}

const MOMENT = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
/** Checked elsewhere. */
const ANYTHING = { is: 'anything' }
const MISSING = ': it is missing'
const GONE = ': nothing may be left of what was erased'

function has(value, name) {
  return Object.prototype.hasOwnProperty.call(value, name)
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

const NO_STAMP = /[^a-z0-9]/

/** As `STAMP` in `stamp.ts`. */
function isStamp(value) {
  return typeof value === 'string' && value.length === 23 && !NO_STAMP.test(value)
}

function within(path, fault) {
  return fault[0] === ':' || fault[0] === '[' ? path + fault : `${path}.${fault}`
}

function expected(what) {
  return `: ${what} is expected`
}

/** `seen`: takes note of what looks like a stamp; absent: text is only text. */
function isJson(value, depth, seen) {
  if (value === null || value === undefined) return true
  if (typeof value === 'number') return value - value === 0 // no infinity
  if (typeof value === 'string') {
    if (seen !== undefined && isStamp(value)) note(seen, value)
    return true
  }
  if (typeof value !== 'object') return typeof value === 'boolean'
  if (depth === 0) return false
  const names = Object.keys(value)
  for (let i = 0; i < names.length; i += 1) if (!isJson(value[names[i]], depth - 1, seen)) return false
  return true
}

/**
 * What a check takes note of in a document: `latest`, the latest stamp wherever it stands, and `activity`, the latest moment
 * (ms) of an interaction. With `after`: all stamps later than that one are kept in `found`. `large`: members of newer versions
 * that are too large, as JSON.
 */
export function newNotes(after) {
  return { latest: '', activity: 0, after, found: {}, large: {} }
}

function note(seen, stamp) {
  if (stamp > seen.latest) seen.latest = stamp
  if (seen.after !== undefined && stamp > seen.after) seen.found[stamp] = true
}

function noteSize(seen, value) {
  if (typeof value !== 'object' && typeof value !== 'string') return
  const text = JSON.stringify(value)
  if (text.length > LIMITS.free) seen.large[text] = true
}

/** Makes a shape into a function of a value and notes to take, which says what is wrong, or nothing. */
function compile(shape) {
  return COMPILERS[shape.is](shape)
}

const COMPILERS = {
  text(shape) {
    const min = shape.min || 0
    const max = shape.max
    if (shape.oneOf) {
      const fault = expected(`one of ${shape.oneOf.join(', ')}`)
      const allowed = {}
      for (const one of shape.oneOf) allowed[one] = true
      return (value) => (typeof value === 'string' && has(allowed, value) ? undefined : fault)
    }
    const fault = expected(min > 0 ? `text of ${min} to ${max} characters` : `text of at most ${max} characters`)
    return (value) => (typeof value === 'string' && value.length <= max && value.length >= min ? undefined : fault)
  },
  stamp() {
    const fault = expected('a time stamp')
    return (value, seen) => {
      if (!isStamp(value)) return fault
      if (seen !== undefined) note(seen, value)
      return undefined
    }
  },
  author() {
    return compile({ is: 'text', min: 1, max: 256 })
  },
  trace() {
    const check = compile({ is: 'text', min: 1, max: 128 })
    return (value, seen) => {
      if (seen !== undefined && isStamp(value)) note(seen, value)
      return check(value)
    }
  },
  moment() {
    const fault = expected('a moment in time')
    return (value) =>
      typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : fault
  },
  integer(shape) {
    const max = 9007199254740991
    const min = shape.min === undefined ? -max : shape.min
    const fault = expected('a whole number')
    return (value) => (typeof value === 'number' && value % 1 === 0 && value >= min && value <= max ? undefined : fault)
  },
  activity() {
    const check = compile({ is: 'integer' })
    return (value, seen) => {
      if (seen !== undefined && value > seen.activity) seen.activity = value
      return check(value)
    }
  },
  boolean() {
    const fault = expected('yes or no')
    return (value) => (typeof value === 'boolean' ? undefined : fault)
  },
  anything() {
    return () => undefined
  },
  json() {
    const fault = expected('plain data, not too deep')
    return (value) => (isJson(value, LIMITS.depth) ? undefined : fault)
  },
  list(shape) {
    const check = compile(shape.of)
    const min = shape.min || 0
    const fault = expected(`a list of ${min} to ${shape.max}`)
    return (value, seen) => {
      if (!Array.isArray(value) || value.length < min || value.length > shape.max) return fault
      for (let i = 0; i < value.length; i += 1) {
        const wrong = check(value[i], seen)
        if (wrong !== undefined) return within(`[${i}]`, wrong)
      }
      return undefined
    }
  },
  record(shape) {
    const check = compile(shape.of)
    const min = shape.min || 0
    const max = shape.max === undefined ? LIMITS.members : shape.max
    const fault = expected(max === 0 ? 'nothing' : 'a group of members')
    return (value, seen) => {
      if (!isObject(value)) return fault
      const names = Object.keys(value)
      if (names.length < min || names.length > max) return fault
      for (let i = 0; i < names.length; i += 1) {
        const name = names[i]
        if (name.length > LIMITS.key) return expected('shorter names')
        const wrong = check(value[name], seen)
        if (wrong !== undefined) return within(name, wrong)
      }
      return undefined
    }
  },
  object(shape) {
    const compiled = (shapes) => Object.keys(shapes || {}).map((name) => ({ name, check: compile(shapes[name]) }))
    const required = compiled(shape.members)
    const others = compiled(shape.optional)
    const absent = shape.absent || []
    const known = {}
    for (const member of required.concat(others)) known[member.name] = true
    const fault = expected('a group of members')
    return (value, seen) => {
      if (!isObject(value)) return fault
      let count = required.length
      for (let i = 0; i < required.length; i += 1) {
        const member = required[i]
        const wrong = has(value, member.name) ? member.check(value[member.name], seen) : MISSING
        if (wrong !== undefined) return within(member.name, wrong)
      }
      for (let i = 0; i < others.length; i += 1) {
        const member = others[i]
        if (!has(value, member.name)) continue
        count += 1
        const wrong = value[member.name] === undefined ? undefined : member.check(value[member.name], seen)
        if (wrong !== undefined) return within(member.name, wrong)
      }
      for (let i = 0; i < absent.length; i += 1)
        if (has(value, absent[i]) && value[absent[i]] !== undefined) return within(absent[i], GONE)
      const names = Object.keys(value)
      return names.length > count ? unknownFault(value, names, known, seen) : undefined
    }
  },
  register(shape) {
    const value = compile(shape.of)
    const entry = compile({
      is: 'object',
      members: { t: { is: 'stamp' }, b: { is: 'author' } },
      optional: { p: { is: 'list', of: { is: 'stamp' }, max: LIMITS.members }, o: { is: 'author' }, v: ANYTHING },
    })
    const fault = expected('the history of a value')
    return (register, seen) => {
      if (!Array.isArray(register) || register.length < shape.min) return fault
      for (let i = 0; i < register.length; i += 1) {
        const one = register[i]
        const wrong = entry(one, seen)
        if (wrong !== undefined) return within(`[${i}]`, wrong)
        const wrongValue = one.v === null ? undefined : one.v === undefined ? MISSING : value(one.v)
        if (wrongValue !== undefined) return within(`[${i}]`, within('v', wrongValue))
        const former = register[i - 1]
        if (former && (former.t < one.t || (former.t === one.t && canonicalJson(former) <= canonicalJson(one))))
          return within(`[${i}]`, expected('an earlier entry'))
      }
      return undefined
    }
  },
  fields(shape) {
    const registers = {}
    for (const key of Object.keys(shape.of)) registers[key] = compile({ is: 'register', of: shape.of[key], min: 1 })
    const other = compile({ is: 'register', of: { is: 'json' }, min: 1 })
    return (value, seen) => {
      if (!isObject(value)) return expected('a group of members')
      const names = Object.keys(value)
      if (names.length > LIMITS.members) return expected('a group of members')
      for (let i = 0; i < names.length; i += 1) {
        const name = names[i]
        if (name.length > LIMITS.key) return expected('shorter names')
        const slash = name.indexOf('/')
        const field = slash < 0 ? name : name.slice(0, slash + 1)
        const wrong = (has(registers, field) ? registers[field] : other)(value[name], seen)
        if (wrong !== undefined) return within(slash < 0 ? name : name.slice(0, slash), wrong)
      }
      return undefined
    }
  },
}

/** Members of newer versions are kept, as long as they are data. CouchDB's own begin with an underscore. */
function unknownFault(value, names, known, seen) {
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i]
    if (name[0] === '_' || has(known, name)) continue
    if (name.length > LIMITS.key) return `${name.slice(0, 64)}: shorter names are expected`
    if (!isJson(value[name], LIMITS.depth, seen)) return name.slice(0, 64) + expected('plain data, not too deep')
    if (seen !== undefined) noteSize(seen, value[name])
  }
  if (seen !== undefined && names.length > Object.keys(known).length + LIMITS.unknown)
    seen.large[JSON.stringify(names)] = true
  return undefined
}

/** Makes the tables of a kind into a function of a document and notes to take, which says what is wrong, or nothing. */
export function compileKind(kind, shape, erasedShape) {
  const check = compile({ is: 'object', members: shape.members, optional: shape.optional })
  const checkErased = erasedShape && compile({ is: 'object', members: erasedShape.members, absent: erasedShape.absent })
  return (document, seen) => {
    const fault = check(document, seen)
    if (fault !== undefined) return fault
    if (kind === 'identifiers') return identifierFault(document)
    return checkErased && document.erased !== undefined ? checkErased(document, seen) : undefined
  }
}

/** The value stands as long as anybody's claim does, and nobody erased is left. */
function identifierFault(document) {
  const claimed = Object.keys(document.claims).length > 0
  if (claimed !== (document.value !== '')) return 'value: it is expected exactly while there are claims'
  if (!claimed && document.source !== undefined) return 'source: it is expected only while there are claims'
  if (document.erased === undefined) return undefined
  for (const id of Object.keys(document.erased))
    if (has(document.claims, id) || has(document.releases, id)) return `erased${GONE}`
  return undefined
}

/** A fault as a sentence. */
export function sentence(fault) {
  return fault[0] === ':' ? `The document${fault}.` : `\u201c${fault.replace(':', '\u201d:')}.`
}
