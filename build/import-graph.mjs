// `npm run graph`: the import graph of the sources, as floors and cycles. A folder stands one floor above the highest
// folder that it imports. Types count like values. Options: `--folder src-main/replication` looks inside one folder,
// `--root DIR` at other sources than these.
// Status 1 when files, or folders, import each other in a circle.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { folder: { type: 'string' }, root: { type: 'string' } } })
const root = values.root ?? resolve(import.meta.dirname, '..')
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\{[^}]*\}[^'"\n;]*?)?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

const files = ['src-main', 'src-renderer', 'src-shared']
  .filter((part) => existsSync(join(root, part)))
  .flatMap((part) =>
    readdirSync(join(root, part), { recursive: true })
      .map((name) => join(part, name))
      .filter((name) => /\.(ts|tsx)$/.test(name) && !name.endsWith('.d.ts')),
  )

/** The file an import means, or undefined for a package. */
function target(file, specifier) {
  const base = specifier.startsWith('@shared/')
    ? join(root, 'src-shared', specifier.slice(8))
    : specifier.startsWith('.')
      ? resolve(root, dirname(file), specifier.split('?')[0])
      : undefined
  if (base === undefined) return undefined
  const found = [base, `${base}.ts`, `${base}.tsx`, join(base, 'index.ts'), join(base, 'index.tsx')].find(
    (path) => existsSync(path) && statSync(path).isFile(),
  )
  return found && relative(root, found)
}

const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    const targets = [...text.matchAll(IMPORT)].map(([, a, b]) => target(file, a ?? b)).filter(Boolean)
    return [file, [...new Set(targets)]]
  }),
)

/** Tarjan's strongly connected components, in the order in which nothing imports a later one. */
function components(graph) {
  const index = new Map()
  const low = new Map()
  const stack = []
  const found = []
  function visit(node) {
    index.set(node, index.size)
    low.set(node, index.get(node))
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next)
        low.set(node, Math.min(low.get(node), low.get(next)))
      } else if (stack.includes(next)) low.set(node, Math.min(low.get(node), index.get(next)))
    }
    if (low.get(node) !== index.get(node)) return
    const component = []
    do component.push(stack.pop())
    while (component.at(-1) !== node)
    found.push(component)
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}

/** The part of the picture that a file stands in: a folder, or with `--folder` what is directly in it. */
function roomOf(file) {
  const within = values.folder
  if (within === undefined)
    return file
      .split('/')
      .slice(0, file.startsWith('src-main/engine/') ? 3 : 2)
      .join('/')
  if (!file.startsWith(`${within}/`)) return undefined
  return `${within}/${file.slice(within.length + 1).split('/')[0]}`
}

const rooms = new Map()
for (const [file, targets] of imports) {
  const room = roomOf(file)
  if (room === undefined) continue
  const to = rooms.get(room) ?? new Set()
  rooms.set(room, to)
  for (const one of targets) {
    const other = roomOf(one)
    if (other === undefined || other === room) continue
    to.add(other)
    if (!rooms.has(other)) rooms.set(other, new Set())
  }
}

const floors = new Map()
for (const component of components(rooms)) {
  const below = component.flatMap((room) => [...rooms.get(room)].filter((one) => !component.includes(one)))
  const floor = 1 + Math.max(-1, ...below.map((one) => floors.get(one) ?? 0))
  for (const room of component) floors.set(room, floor)
}
for (const floor of [...new Set(floors.values())].sort((a, b) => b - a)) {
  console.log(`floor ${floor}`)
  for (const [room] of [...floors].filter(([, its]) => its === floor).sort())
    console.log(`  ${room}  →  ${[...(rooms.get(room) ?? [])].sort().join(' ') || '–'}`)
}
const roomCycles = components(rooms).filter((one) => one.length > 1)
const fileCycles = components(imports).filter((one) => one.length > 1)
for (const cycle of roomCycles) console.log(`FOLDERS IN A CIRCLE: ${cycle.join(' ')}`)
for (const cycle of fileCycles) console.log(`FILES IN A CIRCLE: ${cycle.join(' ')}`)
console.log(`${files.length} files, ${fileCycles.length} cycles of files, ${roomCycles.length} of folders`)
process.exitCode = fileCycles.length + roomCycles.length > 0 ? 1 : 0
