/**
 * The part of SARIF 2.1.0 (OASIS Standard, 27 March 2020) that our logs use, written after its text: each object with
 * the properties that we give, those that it requires, and their ranges. Strict: a property that the standard does not
 * know, or that is not listed here, is an error.
 */
import { z } from 'zod';

/** §3.11.8, §3.12.3: not empty. */
const text = z.string().min(1);
/** RFC 3986 §4.1, as §3.4.3 wants it: relative, or with a scheme; nothing that would have to be escaped. */
const uriReference = z.string().regex(/^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/);
/** §3.27.10 */
const level = z.enum(['none', 'note', 'warning', 'error']);
/** §3.12 multiformatMessageString */
const messageString = z.strictObject({ text });
/** §3.8: any names; §3.8.2 `tags` are unique. */
const propertyBag = z
  .object({ tags: z.array(z.string()).optional() })
  .loose()
  .refine(({ tags = [] }) => new Set(tags).size === tags.length, 'tags are unique');

/** §3.49 reportingDescriptor */
const rule = z.strictObject({
  id: text,
  shortDescription: messageString,
  fullDescription: messageString,
  help: messageString,
  /** §3.50 reportingConfiguration */
  defaultConfiguration: z.strictObject({ level }),
  properties: propertyBag,
});

/** §3.30 region: lines and columns count from 1. */
const region = z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) });

/** §3.27 result */
const result = z.strictObject({
  ruleId: text,
  ruleIndex: z.int().min(0),
  level,
  /** §3.11 message */
  message: z.strictObject({ text }),
  /** §3.28 location, §3.29 physicalLocation, §3.4 artifactLocation */
  locations: z
    .array(
      z.strictObject({
        physicalLocation: z.strictObject({
          artifactLocation: z.strictObject({ uri: uriReference }),
          region: region.optional(),
        }),
      }),
    )
    .length(1),
});

/** §3.14 run */
const run = z
  .strictObject({
    /** §3.18 tool, §3.19 toolComponent */
    tool: z.strictObject({ driver: z.strictObject({ name: text, version: text, rules: z.array(rule) }) }),
    /** §3.14.17 */
    columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
    results: z.array(result),
  })
  // §3.19.23: no two of them are the same; §3.27.6: the index is the one of the rule with this id.
  .refine(
    ({ tool }) => new Set(tool.driver.rules.map(({ id }) => id)).size === tool.driver.rules.length,
    'rules are unique',
  )
  .refine(
    ({ tool, results }) =>
      results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId),
    'ruleIndex names the rule',
  );

/** §3.13 sarifLog */
export const sarifLogSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(run).length(1),
});
