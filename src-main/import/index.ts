// What the import offers to the rest of the main process.
export { createImportJobs } from './desk/jobs'
