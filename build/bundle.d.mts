/**
 * Bundles a TypeScript entry with all it uses into one file for Electron's own Node.
 * @param name of the file, without its extension
 * @returns its path
 */
export function bundle(entry: string, outDir: string, name: string): Promise<string>
export declare function bundleAll(entries: Record<string, string>, outDir: string): Promise<void>
