// What the import offers to the rest of the main process.
export { createImportJobs, type ImportJobs, type ImportJobsOptions } from './jobs'
export type { ColumnChoice } from './mapping'
