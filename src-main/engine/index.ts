// The identity engine: every command and query of the product, over a store and views that are handed in.
// Invariant: pure decisions; whatever shell calls it (screens, API, tests, simulation) gets the same answers.
import { contactSchemaCommands } from './commands/contact-schemas'
import { contactCommands } from './commands/contacts'
import { correctionCommands } from './commands/correcting'
import { discloseCommands } from './commands/disclosing'
import { dismissCommands } from './commands/dismissing'
import { enrichCommands } from './commands/enriching'
import { erasureCommands } from './commands/erasure'
import { identifierCommands } from './commands/identifiers'
import { undoImport } from './commands/import-undoing'
import { importCommands } from './commands/importing'
import { interactionCommands } from './commands/interactions'
import {
  csvMappingCommands,
  externalSourceCommands,
  importSettingsCommands,
  segmentCommands,
} from './commands/listed-settings'
import { mergeCommands } from './commands/merging'
import { noteCommands } from './commands/notes'
import { patchCommands } from './commands/patching'
import { rejoinCommands } from './commands/rejoining'
import { retentionCommands } from './commands/retention'
import { segmentAssignmentCommands } from './commands/segments'
import { settingsCommands } from './commands/settings'
import { splitCommands } from './commands/splitting'
import type { Clock } from './documents/stamp'
import type { UndoImport } from './import-port'
import type { Actor } from './permissions'
import type { DocumentStore, Scratch, Views } from './ports'
import { candidateQueries } from './queries/candidates'
import { comparableQueries } from './queries/comparable'
import { conversationQueries } from './queries/conversations'
import { erasureQueries } from './queries/erasure'
import { exportQueries } from './queries/exporting'
import { historyQueries } from './queries/history'
import { journeyQueries } from './queries/journey'
import { listQueries } from './queries/lists'
import { lookupQueries } from './queries/lookup'
import { noteQueries } from './queries/notes'
import { organisationQueries } from './queries/organisation'
import { pastPersonQueries } from './queries/past-person'
import { permittedQueries } from './queries/permitted'
import { personQueries } from './queries/person-view'
import { recordQueries } from './queries/record'
import { segmentQueries } from './queries/segments'
import { reconcileCommands, reconcileQueries } from './reconcile'
import { duplicateCommands } from './reconcile/duplicates'
import { sharingCommands } from './reconcile/sharing'
import { createRuntime, type EngineSettings } from './runtime'

export interface EngineOptions {
  store: DocumentStore
  views: Views
  clock: Clock
  settings: () => EngineSettings
  createScratch: () => Scratch
}

export type Engine = ReturnType<typeof createEngine>

/** Puts the engine together. Commands run one after the other; queries see settled views. */
export function createEngine({ createScratch, ...options }: EngineOptions) {
  const runtime = createRuntime(options)
  const queries = {
    ...personQueries(runtime),
    ...historyQueries(runtime),
    ...pastPersonQueries(runtime),
    ...erasureQueries(runtime),
    ...noteQueries(runtime),
    ...recordQueries(runtime),
    ...candidateQueries(runtime),
    ...comparableQueries(runtime),
    ...lookupQueries(runtime),
    ...journeyQueries(runtime),
    ...conversationQueries(runtime),
    ...organisationQueries(runtime),
    ...segmentQueries(runtime),
    ...listQueries(runtime),
    ...reconcileQueries(runtime),
    ...exportQueries(runtime),
    counts: () => options.views.counts(),
  }
  return {
    contacts: {
      ...contactCommands(runtime),
      ...patchCommands(runtime),
      ...enrichCommands(runtime),
      ...noteCommands(runtime),
    },
    identifiers: { ...identifierCommands(runtime), ...sharingCommands(runtime) },
    interactions: { ...interactionCommands(runtime), ...correctionCommands(runtime) },
    merges: mergeCommands(runtime),
    splits: { ...splitCommands(runtime), ...rejoinCommands(runtime) },
    retention: retentionCommands(runtime),
    queue: dismissCommands(runtime),
    duplicates: duplicateCommands(runtime),
    erasure: erasureCommands(runtime),
    disclosure: discloseCommands(runtime),
    reconcile: reconcileCommands(runtime),
    settings: settingsCommands(runtime),
    schemas: contactSchemaCommands(runtime),
    sources: externalSourceCommands(runtime),
    importSettings: importSettingsCommands(runtime),
    csvMappings: csvMappingCommands(runtime),
    segments: { ...segmentCommands(runtime), ...segmentAssignmentCommands(runtime) },
    /** An importer that acts for a user. */
    importer: (actor: Actor) => importCommands(runtime, createScratch, actor),
    /** Takes an import back as a whole. */
    undoImport:
      (actor: Actor): UndoImport =>
      (importId, onProgress) =>
        undoImport(runtime, actor, importId, onProgress),
    /** Queries without a check of permissions, for the product's own use. */
    queries,
    /** Queries for a caller: each needs its permission. */
    queriesFor: (actor: () => Actor) => permittedQueries(queries, actor),
    changes$: options.views.changes$,
    exclusively: runtime.exclusively,
    idle: runtime.idle,
  }
}
