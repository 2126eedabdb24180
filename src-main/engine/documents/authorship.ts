// temporary
import type { Documents, Kind } from './kinds'
export interface Adoption {
  author(name: string): string
  stamp(stamp: string): string
}
export function adopt<K extends Kind>(_kind: K, document: Documents[K], _adoption: Adoption): Documents[K] {
  return document
}
