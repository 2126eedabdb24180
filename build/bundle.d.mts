/**
 * Bundles a TypeScript entry with all it uses into one file for Electron's own Node.
 * @param name of the file, without its extension
 * @returns its path
 */
export function bundle(entry: string, outDir: string, name: string): Promise<string>

/**
 * Bundles several at once: most of what they use is the same, and is read and written once.
 * @param entries paths of modules, by the names of their files without the extension
 */
export function bundleAll(entries: Record<string, string>, outDir: string): Promise<void>
