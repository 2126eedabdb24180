// What each operation may refuse, for its description: every status with the codes it can carry there.
// Invariant: a code stands under the status that the one table of refusals gives it; what is told of no operation is answered by none.
import type { ErrorCode } from '@shared/errors'
import { HTTP_REFUSALS, HTTP_STATUS, type HttpRefusal } from './errors'

/** What there is to know of an operation. */
export interface Operation {
  method: string
  path: string
  isOpen: boolean
  hasBody: boolean
}

type Code = ErrorCode | HttpRefusal

const statusOf = (code: Code): number =>
  code in HTTP_REFUSALS ? HTTP_REFUSALS[code as HttpRefusal].status : HTTP_STATUS[code as ErrorCode]

/** What any request can meet. */
const ALWAYS: readonly Code[] = [
  ...(['foreign_host', 'foreign_origin', 'too_many_requests', 'headers_too_large', 'timed_out', 'closing'] as const),
  ...(['malformed', 'views_not_ready', 'storage_failed', 'storage_corrupt', 'internal'] as const),
]
const WITH_TOKEN: readonly Code[] = ['unauthenticated', 'forbidden']
const WITH_BODY: readonly Code[] = [
  'body_too_large',
  'unsupported_media_type',
  'invalid_input',
  'too_many',
  'too_large',
]
const WRITING: readonly Code[] = ['conflict', 'storage_full']
const GONE: readonly Code[] = ['not_found', 'deleted', 'expired', 'erased']
const OF_VALUES: readonly Code[] = [
  ...(['invalid_email', 'invalid_identifier', 'empty_contact'] as const),
  ...(['identifier_held', 'identifier_not_held', 'overlapping_changes'] as const),
]
const OF_MERGES: readonly Code[] = [
  ...(['merge_too_few', 'merge_same_person', 'merge_set_too_large', 'merge_forbidden_pair'] as const),
  ...(['merge_two_of_a_kind', 'merge_choice_unknown'] as const),
]
const OF_UNDOING: readonly Code[] = ['merge_not_standing', 'merge_not_latest', 'undo_needs_assignment']
const OF_FILES: readonly Code[] = [
  ...(['file_not_found', 'file_unreadable', 'not_tabular', 'unknown_encoding', 'no_rows'] as const),
  ...(['duplicate_header', 'no_columns_mapped', 'unclosed_quote'] as const),
  ...(['import_busy', 'import_too_old', 'cancelled', 'already_there'] as const),
]
const OF_SYNC: readonly Code[] = [
  ...(['not_connected', 'sign_in_refused', 'server_unreachable', 'server_untrusted', 'server_unusable'] as const),
  ...(['no_keychain', 'unsynced_work', 'update_needed'] as const),
]

/** Codes of operations whose address says so. */
const BY_PATH: readonly (readonly [RegExp, readonly Code[]])[] = [
  [/merge|clusterscans|graphs|enrich|reconcile/, OF_MERGES],
  [/undo|reconcile/, OF_UNDOING],
  [/contacts|identifier|notes|interactions|sessions|conversations|reversewhitepageslookup|reconcile|audit/, GONE],
  [/contacts|identifier|interactions|sessions|conversations|reconcile|reversewhitepageslookup/, OF_VALUES],
  [/import|uploads/, [...OF_FILES, 'not_found', 'conflict']],
  [/exports/, ['export_busy', 'conflict', 'storage_full', 'file_unreadable']],
  [/contacts\/schemas|segments/, ['outdated']],
  [/promotion|enrich|reconcile|interactions/, ['already_curated', 'already_there']],
  [/restore|bin|reconcile/, ['not_deleted']],
  [/sync|reconcile/, OF_SYNC],
  [/enrich|merge|bulk|contacts$|notes/, ['already_there']],
]

/** The statuses of an operation's refusals, each with its codes. */
export function refusalsOf({ method, path, isOpen, hasBody }: Operation): ReadonlyMap<number, readonly Code[]> {
  const isWrite = method !== 'GET' && method !== 'HEAD'
  const codes = new Set<Code>([
    ...ALWAYS,
    ...(isOpen ? [] : WITH_TOKEN),
    ...(hasBody ? WITH_BODY : []),
    ...(isWrite ? WRITING : []),
    ...(/[:{]/.test(path) ? (['not_found', 'invalid_input'] as const) : []),
    ...BY_PATH.flatMap(([pattern, some]) => (pattern.test(path) ? some : [])),
  ])
  // Reading changes nothing that a state could forbid, but for what is not ready to be fetched.
  if (!isWrite)
    for (const code of [
      ...OF_MERGES,
      ...OF_UNDOING,
      ...OF_VALUES,
      'already_curated',
      'not_deleted',
      'outdated',
    ] as const)
      if (statusOf(code) === 409) codes.delete(code)
  return Map.groupBy([...codes].sort(), statusOf)
}
