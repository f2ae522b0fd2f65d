/** Something in a scenario that the schema cannot judge, with the path to it, so that the line can be named. */
export class ScenarioProblem extends Error {
  readonly path: readonly PropertyKey[];

  constructor(path: readonly PropertyKey[], problem: string) {
    super(problem);
    this.path = path;
  }
}
