import path from 'node:path';
import type { AgentCommand } from './agent-process.ts';
import type { SessionRequest } from './capabilities.ts';
import { inspectEmulator } from './emulator.ts';
import { inheritedEnvironment } from './environment.ts';
import { sshLauncher } from './ssh-launcher.ts';

/** Knows how to start agents of one session, one after the other. */
export interface Launcher {
  /** An agent's command in an environment that holds the delegate's variables beside the session's. */
  command(delegateEnv: Readonly<Record<string, string>>): AgentCommand;
  /** SSH only: watches the log for the port that the board's end of the tunnel got. */
  onLogLine(line: string): void;
  /** What stopped an agent that never answered, in words that help. */
  explain(death: Error): unknown;
  /** The blob server's URL as the device sees it. */
  reachable(blobUrl: string): Promise<string>;
}

/** Checks what the session needs, prepares it (an SSH board gets the agent), and says how to start agents there. */
export async function prepareLauncher(request: SessionRequest, folder: string): Promise<Launcher> {
  const { launch } = request;
  if (launch.kind === 'ssh') return sshLauncher(request, launch, folder);
  const main = path.join(request.agentRoot, 'node', 'main.js');
  const facts = launch.kind === 'qemu-user' ? await inspectEmulator(launch, folder) : {};
  const [program, ...args] = launch.kind === 'qemu-user' ? emulated(launch, main) : [process.execPath, main];
  return {
    command: (delegateEnv) => ({
      command: program as string,
      args,
      cwd: folder,
      env: {
        ...inheritedEnvironment(),
        // What the agent leaves behind when it is killed goes with the session's folder.
        TMPDIR: folder,
        ...(request.runtimeModules ? { FLEETDIFF_RUNTIME_MODULES: request.runtimeModules } : {}),
        ...request.env,
        ...delegateEnv,
        ...facts,
      },
    }),
    onLogLine: () => {},
    explain: (death) => death,
    reachable: (blobUrl) => Promise.resolve(blobUrl),
  };
}

function emulated(
  { cpu, emulator }: Extract<SessionRequest['launch'], { kind: 'qemu-user' }>,
  main: string,
): string[] {
  const sysroot = emulator.sysroot ? ['-L', emulator.sysroot] : [];
  return [emulator.binary, ...sysroot, '-cpu', cpu, emulator.node, main];
}
