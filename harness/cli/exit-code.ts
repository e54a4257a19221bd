/** What the process says when it ends (contract.md, "Exit codes"). */
export const EXIT = {
  withinBudget: 0,
  overBudget: 1,
  usage: 2,
  incomplete: 3,
  /** A defect of ours. */
  internal: 70,
  interrupted: 130,
} as const;
