/** Texts and columns that say nothing of anybody: see docs/privacy.md. */

/** By the last two parts of the path. */
export const plainTexts: readonly string[] = [];

export const plainColumns: readonly string[] = [];
