// What the storage throws, as the product's error. Invariant: what is no failure of the storage goes on as it is.
import { ScvError } from '@shared/errors'
import { StorageError } from '../storage/errors'

/** Turns what the storage throws into the product's error; throws what is no failure of the storage. */
export function storageFailure(error: unknown): ScvError {
  if (error instanceof ScvError) return error
  if (!(error instanceof StorageError)) throw error
  const code = {
    Locked: 'folder_in_use',
    Full: 'storage_full',
    Corrupted: 'storage_corrupt',
    Incompatible: 'update_needed',
  } as const
  return new ScvError(error.kind in code ? code[error.kind as keyof typeof code] : 'storage_failed', error.message)
}
