// The system's keychain, as replication asks for it. Invariant: what only pretends to encrypt counts as none.
import { safeStorage } from 'electron'
import type { Keychain } from '../replication'

export const systemKeychain: Keychain = {
  available() {
    if (!safeStorage.isEncryptionAvailable()) return false
    // Without a keyring Linux falls back to a key that everybody knows (Electron, `safeStorage`).
    return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'
  },
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (data) => safeStorage.decryptString(data),
}
