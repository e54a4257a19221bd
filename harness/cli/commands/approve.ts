import { Command } from 'commander';
import { compileGlob } from '../../config/name-glob.ts';
import { UserError } from '../../domain/user-error.ts';
import { visible } from '../../report/escape.ts';
import { count } from '../../report/format-number.ts';
import { nameText } from '../../report/wording.ts';
import { type Approval, approveRun } from '../../stages/approve.ts';
import { BASELINES } from '../../stages/judge.ts';
import { openRunFolder } from '../../store/run-folder.ts';
import { EXIT } from '../exit-code.ts';

interface ApproveOptions {
  readonly reason: string;
  readonly only: readonly string[];
  readonly class?: string;
  readonly baselines: string;
  readonly json?: boolean;
}

export function approveCommand(): Command {
  return new Command('approve')
    .description('Make the answers of a run the baseline that later runs are held against.')
    .argument('<run>', 'a run folder, a run id, or latest')
    .requiredOption(
      '--reason <text>',
      'why these answers are right; it is shown wherever they are held against',
    )
    .option(
      '--only <glob>',
      'targets device/delegate; repeatable',
      (glob, before: string[]) => [...before, glob],
      [],
    )
    .option('--class <id>', 'the targets of one equivalence class, such as B')
    .option('--baselines <folder>', 'where baselines lie; keep it in git', BASELINES)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
A baseline is one small file per suite, target and class of environments (architecture, instruction sets, emulator,
GPU adapter). It holds digests and metrics, no tensors. It waives nothing: what is over budget stays over budget.

Examples:
  fleetdiff approve latest --reason "onnxruntime 1.30, looked at by @vision"
  fleetdiff approve latest --only 'cortex-*/*' --reason "new rounding of QGemm on Arm"
  fleetdiff approve latest --class B --reason "the saturating x86 boards"`,
    )
    .action(async (name: string, options: ApproveOptions) => {
      const reason = options.reason.trim();
      if (reason === '') {
        throw new UserError('E_APPROVE_REASON', 'The reason is empty.', {
          remedies: ['say why these answers are right:  --reason "…"'],
        });
      }
      const globs = options.only.map((glob) => compileGlob(glob));
      const approval = await approveRun(openRunFolder(name, process.cwd()), process.cwd(), {
        folder: options.baselines,
        reason,
        now: new Date(),
        isWanted: (target) => globs.length === 0 || globs.some((isMatch) => isMatch(target)),
        ...(options.class === undefined ? {} : { equivalenceClass: options.class }),
      });
      if (options.json)
        console.log(JSON.stringify({ schemaVersion: 1, kind: 'approval', ...approval }, null, 1));
      else for (const line of approvalLines(approval, options.baselines)) console.log(visible(line));
      if (approval.refused.length > 0) process.exitCode = EXIT.incomplete;
    });
}

function approvalLines({ approved, refused }: Approval, folder: string): string[] {
  const width = Math.max(...[...approved, ...refused].map(({ target }) => nameText(target).length));
  const line = (word: string, target: string, rest: string) =>
    `${word.padEnd(8)}  ${nameText(target).padEnd(width)}  ${rest}`.trimEnd();
  const shown = approved.filter(({ change }) => change !== 'same');
  const same = approved.length - shown.length;
  const over = approved.filter(({ status }) => status === 'FAIL').length;
  return [
    ...shown.map(({ change, target, tensors, environment }) =>
      line(change, target, [environment, tensors.map(nameText).join(', ')].filter(Boolean).join('  ')),
    ),
    ...refused.map(({ target, reason }) => line('refused', target, reason)),
    `${count(shown.length, 'baseline')} written to ${folder}, ${same} as approved before, ${refused.length} refused`,
    ...(over > 0 ? [`${count(over, 'target')} stay over budget: a baseline waives nothing`] : []),
  ];
}
