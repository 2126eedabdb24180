// Electron's fuses: switches in the binary itself, each set on purpose. Read back from the packaged binary by test/packaged.
// Invariant: a fuse that a later Electron adds, and that is not in this list, stops the packaging.
import { type FuseV1Config, FuseV1Options, FuseVersion } from '@electron/fuses'

export const FUSES: FuseV1Config & { strictlyRequireAllFuses: true } = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  resetAdHocDarwinSignature: false, // signing comes after
  /** The signed binary would run any script under the product's name; `scv` does without (src-main/index.ts). */
  [FuseV1Options.RunAsNode]: false,
  /** The page has no cookies; and on Linux, without a keychain that answers, the first page would wait for it for ever. */
  [FuseV1Options.EnableCookieEncryption]: false,
  /** NODE_OPTIONS would load foreign code, NODE_EXTRA_CA_CERTS foreign authorities. */
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  /** A debugger reads everything. */
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  /** The archive of the application is compared with the sum in the binary. Electron does this on macOS and Windows. */
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  /** No folder beside the archive is taken in its place. */
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  /** There is no snapshot of ours. */
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  /** The page comes by a scheme of its own, never by `file:`. */
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  /** Checks of memory by traps of the processor; the other way is slower and no safer. */
  [FuseV1Options.WasmTrapHandlers]: true,
}
