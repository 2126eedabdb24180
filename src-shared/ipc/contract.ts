// The vocabulary in which the typed contract between window and main process is written.
// Invariant: schemas are the one source; the types of callers and of handlers are inferred from them, so neither side can
// drift from what is checked at the border. Output schemas do not transform: a value is the same on both sides.
import type { Observable } from 'rxjs'
import type { z } from 'zod'

/** Commands change something, queries answer once, live queries go on answering until the caller leaves. */
type CallKind = 'command' | 'query' | 'live'

export interface Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, K extends CallKind = CallKind> {
  readonly kind: K
  readonly input: I
  /** The answer; of a live query, one emission. */
  readonly output: O
}

export type AnyCall = Call

export const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Call<I, O, 'command'> => ({
  kind: 'command',
  input,
  output,
})

export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Call<I, O, 'query'> => ({
  kind: 'query',
  input,
  output,
})

export const live = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Call<I, O, 'live'> => ({
  kind: 'live',
  input,
  output,
})

/** Calls by name; a name is `domain.verb`, e.g. `contact.get` or `lookup.search`. */
export type Contract = Readonly<Record<string, AnyCall>>

type NamesOf<C extends Contract, K extends CallKind> = {
  [N in keyof C]: C[N]['kind'] extends K ? N : never
}[keyof C] &
  string

/** Names of the commands and queries of a contract. */
export type CallName<C extends Contract> = NamesOf<C, 'command' | 'query'>
/** Names of the live queries of a contract. */
export type LiveName<C extends Contract> = NamesOf<C, 'live'>

/** What a caller passes. */
export type InputOf<X extends AnyCall> = z.input<X['input']>
/** What a handler receives: the input after the schema has checked it and filled in its defaults. */
type CheckedInputOf<X extends AnyCall> = z.output<X['input']>
export type OutputOf<X extends AnyCall> = z.output<X['output']>

/** What a handler may know about its caller. */
export interface CallContext {
  /** Aborted when the page that called is gone, so that long reads can stop. A command runs to its end regardless. */
  readonly signal: AbortSignal
}

type Handler<X extends AnyCall> = X['kind'] extends 'live'
  ? (input: CheckedInputOf<X>, context: CallContext) => Observable<OutputOf<X>>
  : (input: CheckedInputOf<X>, context: CallContext) => Promise<OutputOf<X>> | OutputOf<X>

export type Handlers<C extends Contract> = { readonly [N in keyof C]: Handler<C[N]> }

/** The caller's side of a contract. Every refusal arrives as an `ScvError`, as a rejection or as the stream's error. */
export interface Client<C extends Contract> {
  call<N extends CallName<C>>(name: N, input: InputOf<C[N]>): Promise<OutputOf<C[N]>>
  /** Cold: each subscription is one live query on the main side, and ends with it. */
  watch<N extends LiveName<C>>(name: N, input: InputOf<C[N]>): Observable<OutputOf<C[N]>>
}
