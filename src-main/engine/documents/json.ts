// What a document may hold: JSON, nothing else.

export type JSONValue = string | number | boolean | null | JSONValue[] | { [key: string]: JSONValue | undefined }
