/** How this release calls itself in reports and in SOFTWARE. `test/meta` holds it equal to package.json. */
export const toolName = 'polynya';
export const toolVersion = '0.1.0';

/** Highest envelope version that this release reads. Older ones are upgraded and stay readable for ever. */
export const currentVersion = 1;
