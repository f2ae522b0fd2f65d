/** Of a request: the project that it is about. Absent: all that its sender sees, and the first of them to write to. */
export const projectHeader = 'polynya-project';
