// Types of the parts of machine.mjs that tests use.
export function electronArguments(options?: { offscreen?: boolean }): string[]
