// Makes shapes into straight code for the server, for the one case that comes by the hundred thousand: a new document that
// one person wrote in one command. Whatever is not surely that is left to the interpreter and the rules
// (`engine/documents/shape-check.js`, `validation/`), which also have the words for what is wrong.
// CouchDB collects garbage before each judgement, and SpiderMonkey then forgets the machine code it had made. What runs about
// ten times within one judgement is compiled anew each time, which takes longer than all the rest (README, sync). So this
// code runs straight through: hardly a loop, and no call of anything written in JavaScript.
// Invariant: whatever passes here, the interpreter and the rules let pass.
import type { Kind } from '../engine/documents/kinds'
import { KIND_SHAPES } from '../engine/documents/validate-kinds'
import type { KindShape, Shape, Shapes } from '../engine/documents/validate-shape'

/** Code that leaves the function with false unless the value has the shape. */
function code(shape: Shape, value: string, depth: number): string {
  const text = (min: number, max: number) =>
    refuseIf(`typeof ${value} !== 'string' || ${value}.length > ${max}${min > 0 ? ` || ${value}.length < ${min}` : ''}`)
  switch (shape.is) {
    case 'text':
      return shape.oneOf ? oneOf(shape.oneOf, value) : text(shape.min ?? 0, shape.max)
    case 'author':
      return refuseIf(`${value} !== user`)
    case 'trace':
      return text(1, 128)
    case 'stamp':
      return `if (stamp === undefined) stamp = ${value}\nelse ${refuseIf(`${value} !== stamp`)}`
    case 'moment':
      // As the engine writes it; what has another offset is left to the interpreter.
      return refuseIf(
        `typeof ${value} !== 'string' || !(Date.parse(${value}) > -8e15) || new Date(Date.parse(${value})).toISOString() !== ${value}`,
      )
    case 'integer':
      return refuseIf(
        `typeof ${value} !== 'number' || ${value} % 1 !== 0 || ${value} < ${shape.min ?? -1e15} || ${value} > 1e15`,
      )
    case 'activity':
      return refuseIf(
        `typeof ${value} !== 'number' || ${value} % 1 !== 0 || ${value} < -1e13 || ${value} > latestActivity`,
      )
    case 'boolean':
      return refuseIf(`typeof ${value} !== 'boolean'`)
    case 'json':
      // Numbers alone: a list of lists is a number, too, when it is subtracted.
      return refuseIf(
        `typeof ${value} === 'string' ? ${value}.length > 1000 : typeof ${value} === 'number' ? ${value} - ${value} !== 0 : typeof ${value} !== 'boolean'`,
      )
    case 'list':
      return list(shape, value, depth)
    case 'record':
      return record(shape, value, depth)
    case 'object':
      return object(shape, value, depth)
    case 'register':
      return register(shape.of, shape.min, value, depth)
    case 'fields':
      return fields(shape.of, value, depth)
  }
}

const refuseIf = (condition: string) => `if (${condition}) return false`
const isObject = (value: string) => `typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})`

function oneOf(values: readonly string[], value: string): string {
  return refuseIf(values.map((one) => `${value} !== ${JSON.stringify(one)}`).join(' && '))
}

function list({ of, min = 0, max }: Extract<Shape, { is: 'list' }>, value: string, depth: number): string {
  const [item, i] = [`item${depth}`, `i${depth}`]
  return `{
${refuseIf(`!Array.isArray(${value}) || ${value}.length < ${min} || ${value}.length > ${max}`)}
for (let ${i} = 0; ${i} < ${value}.length; ${i} += 1) {
const ${item} = ${value}[${i}]
${code(of, item, depth + 1)}
}
}`
}

function record({ of, min = 0, max = 1000 }: Extract<Shape, { is: 'record' }>, value: string, depth: number): string {
  const [item, names, i] = [`item${depth}`, `names${depth}`, `i${depth}`]
  return `{
${refuseIf(`!(${isObject(value)})`)}
const ${names} = Object.keys(${value})
${refuseIf(`${names}.length < ${min} || ${names}.length > ${Math.min(max, 1000)}`)}
for (let ${i} = 0; ${i} < ${names}.length; ${i} += 1) {
const ${item} = ${value}[${names}[${i}]]
${refuseIf(`${names}[${i}].length > 10000`)}
${code(of, item, depth + 1)}
}
}`
}

/** Members that are not there are undefined: no name of ours is one that every object has. Unknown ones are a doubt. */
function object(
  { members, optional = {}, absent = [] }: KindShape,
  value: string,
  depth: number,
  extra: readonly string[] = [],
): string {
  const member = (name: string) => `${value}.${name}`
  const maybe = [...Object.keys(optional), ...extra].map((name) => ` + (${member(name)} === undefined ? 0 : 1)`)
  return [
    refuseIf(`!(${isObject(value)})`),
    refuseIf(`Object.keys(${value}).length !== ${Object.keys(members).length}${maybe.join('')}`),
    ...Object.entries(members).map(([name, shape]) => code(shape, member(name), depth + 1)),
    ...Object.entries(optional).map(
      ([name, shape]) => `if (${member(name)} !== undefined) {\n${code(shape, member(name), depth + 1)}\n}`,
    ),
    ...absent.map((name) => refuseIf(`${member(name)} !== undefined`)),
  ].join('\n')
}

/** A register with one entry, whose writer had seen none before. */
function register(of: Shape, min: number, value: string, depth: number): string {
  const entry = `entry${depth}`
  return `{
${refuseIf(`!Array.isArray(${value}) || ${value}.length > 1 || ${value}.length < ${min}`)}
if (${value}.length === 1) {
const ${entry} = ${value}[0]
${refuseIf(`${entry} === null || typeof ${entry} !== 'object' || Object.keys(${entry}).length !== 3 || ${entry}.v === undefined`)}
${code({ is: 'stamp' }, `${entry}.t`, depth + 1)}
${code({ is: 'author' }, `${entry}.b`, depth + 1)}
if (${entry}.v !== null) {
${code(of, `${entry}.v`, depth + 1)}
}
}
}`
}

/** The fields there are, one after the other; what stands behind a slash in a loop, if there is any; nothing else. */
function fields(of: Shapes, value: string, depth: number): string {
  const whole = Object.entries(of).filter(([name]) => !name.endsWith('/'))
  const parts = Object.entries(of).filter(([name]) => name.endsWith('/'))
  const known = whole.map(([name, shape]) => {
    const member = `${value}.${name}`
    return `if (${member} !== undefined) {\ncount += 1\n${register(shape, 1, member, depth + 1)}\n}`
  })
  const others = parts.map(
    ([name, shape]) =>
      `if (keys[k].indexOf('${name}') === 0) {\ncount += 1\n${register(shape, 1, 'register', depth + 1)}\n}`,
  )
  return `${refuseIf(`!(${isObject(value)})`)}
const keys = Object.keys(${value})
let count = 0
${known.join('\n')}
if (keys.length !== count) for (let k = 0; k < keys.length; k += 1) {
const register = ${value}[keys[k]]
${refuseIf('keys[k].length > 10000')}
${others.join('\n')}
}
${refuseIf('keys.length !== count')}`
}

/** An expression: a function that says whether a document surely has its shape and is by `user` and of one stamp alone. */
function quickCheck(kind: Kind): string {
  const { members, optional } = KIND_SHAPES[kind]
  const { id: _id, ...rest } = members // judged by itself, as `_id`
  const shape: KindShape = { members: rest, ...(optional ? { optional } : {}) }
  return `function (document, user, earliest, latest, latestActivity) {
void function () {} // functions with one inside keep their byte code
let stamp
${refuseIf('document.erased !== undefined')}
${object(shape, 'document', 0, ['_id', '_rev', '_revisions'])}
${kind === 'identifiers' ? refuseIf("document.value === ''") : ''}
return typeof stamp === 'string' && stamp.length === 23 && stamp <= latest && stamp >= earliest && !NO_STAMP.test(stamp)
}`
}

/** A constant for the script: quick checks by kind. `NO_STAMP` is the interpreter's. */
export function quickChecks(kinds: readonly Kind[]): string {
  return `const QUICK = {\n${kinds.map((kind) => `${kind}: ${quickCheck(kind)}`).join(',\n')}\n}`
}
