export type Contexts = Readonly<Record<string, unknown>>;

export function interpolated(text: string, contexts: Contexts): string;
export function isDue(condition: string, contexts: Contexts, hasFailed: boolean): boolean;
