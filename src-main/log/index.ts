// The log of the product: a rotating file in the data folder, and the standard error stream.
// Invariant: a line holds an event that code names, and of what it is about only what redaction lets through.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { SLOW_STATEMENTS, type SlowStatement } from '../sqlite/slow-statements'
import { type Fact, safeError, safeFact, safeStatement } from './redaction'
import { rotatingFile } from './rotating-file'

/** What the log tells of. Closed, so that no line can be put together from data. */
export type LogEvent =
  | 'call failed'
  | 'closing failed'
  | 'closing took too long'
  | 'live query refused'
  | 'message refused'
  | 'download refused'
  | 'navigation refused'
  | 'not encrypted'
  | 'page ended'
  | 'permission refused'
  | 'request refused'
  | 'slow statement'
  | 'start failed'
  | 'started'
  | 'unexpected'
  | 'window place lost'
  | 'window refused'

export interface Log {
  /** Where the file is. */
  readonly path: string
  note(event: LogEvent, facts?: Readonly<Record<string, Fact>>): void
  /** A failure that no caller is told of in full. */
  failure(event: LogEvent, error: unknown, facts?: Readonly<Record<string, Fact>>): void
  /** Stops listening to what others publish. */
  close(): void
}

/** @param print told each line as well; the standard error stream unless given */
export function openLog(
  dataDir: string,
  print: (line: string) => void = (line) => void process.stderr.write(`scv: ${line}\n`),
): Log {
  const file = rotatingFile(join(dataDir, 'logs', 'scv.log'))

  function write(level: 'info' | 'error', event: LogEvent, more: object): void {
    file.add(JSON.stringify({ at: new Date().toISOString(), level, event, ...more }))
    print(`${event}${Object.keys(more).length === 0 ? '' : ` ${JSON.stringify(more)}`}`)
  }
  const safe = (facts: Readonly<Record<string, Fact>> = {}) =>
    Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, safeFact(fact)]))

  const onSlow = (message: unknown) => {
    const { sql, ms, thread } = message as SlowStatement
    write('info', 'slow statement', { ms: Math.round(ms), statement: safeStatement(sql), thread })
  }
  subscribe(SLOW_STATEMENTS, onSlow)

  return {
    path: file.path,
    note: (event, facts) => write('info', event, safe(facts)),
    failure: (event, error, facts) => write('error', event, { ...safe(facts), error: safeError(error) }),
    close: () => void unsubscribe(SLOW_STATEMENTS, onSlow),
  }
}
