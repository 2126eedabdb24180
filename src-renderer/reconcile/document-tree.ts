// A record as nodes of a tree: names with values, lists with how long they are.
// Invariant: a text that is no JSON is shown as it is, and a huge record does not make a huge tree.
import { formatNumber } from '../format/locale'

export interface DocumentNode {
  value: string
  label: string
  children?: DocumentNode[]
}

/** More of one list or object than this is left out, with how many there are. */
const MOST = 100
const LONGEST = 500

const shown = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

function nodeOf(path: string, name: string, value: unknown): DocumentNode {
  if (typeof value !== 'object' || value === null)
    return { value: path, label: `${name}: ${shown(typeof value === 'string' ? value : String(value))}` }
  const children = entriesOf(path, value)
  const count = Object.keys(value).length
  const size = Array.isArray(value) ? `${formatNumber(count)} ${count === 1 ? 'entry' : 'entries'}` : ''
  return { value: path, label: size === '' ? name : `${name} (${size})`, ...(children.length > 0 ? { children } : {}) }
}

function entriesOf(path: string, value: object): DocumentNode[] {
  const entries = Object.entries(value)
  const nodes = entries
    .slice(0, MOST)
    .map(([name, inner]) => nodeOf(`${path}/${name}`, Array.isArray(value) ? String(Number(name) + 1) : name, inner))
  return entries.length > MOST
    ? [...nodes, { value: `${path}/…`, label: `and ${formatNumber(entries.length - MOST)} more` }]
    : nodes
}

/** The nodes of a record given as JSON. */
export function documentTree(text: string): DocumentNode[] {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return entriesOf('', value)
  } catch {
    // No JSON: the text is all there is to show.
  }
  return [{ value: 'text', label: shown(text) }]
}
