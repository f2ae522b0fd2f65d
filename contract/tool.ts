/** How this release calls itself in reports and in SOFTWARE. `test/meta` holds it equal to package.json. */
export const toolName = 'polynya';
export const toolVersion = '0.1.0';
