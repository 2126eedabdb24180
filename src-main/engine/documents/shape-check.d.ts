import type { Kind } from './kinds'
import type { KindShape, Shape } from './validate-shape'

/** Where something is wrong, and what is expected there; undefined: all is well. */
export type Check = (value: unknown) => string | undefined

export const LIMITS: { readonly members: number; readonly key: number; readonly depth: number }
export function compile(shape: Shape): Check
export function compileKind(kind: Kind, shape: KindShape, erasedShape: KindShape | undefined): Check
export function sentence(fault: string): string
