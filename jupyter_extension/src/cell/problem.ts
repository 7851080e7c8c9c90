/** Why a cell cannot be read, and where: offsets in its text. */
export class CellProblem extends Error {
  readonly name = 'CellProblem';

  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
    readonly hint: string | null = null,
    /** Nothing is wrong yet: something is still to be written. */
    readonly isUnfinished = false
  ) {
    super(message);
  }
}
