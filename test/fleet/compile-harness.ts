import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const PACKAGE = path.resolve(import.meta.dirname, '../..');
const ROOMS = ['domain', 'agents', 'fleet'];

/**
 * Compiles the rooms that a page or a child process needs, so that tests run what the sources say now and not what an
 * older build left in dist/. Lies below the package, because compiled modules look for their packages from there.
 */
export function compileHarness(): { readonly root: string; remove(): void } {
  const cache = path.join(PACKAGE, 'node_modules', '.cache', 'fleetdiff-test');
  const root = path.join(cache, `${process.pid}-${Date.now()}`);
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  for (const room of ROOMS) {
    const from = path.join(PACKAGE, 'harness', room);
    for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const { outputText } = ts.transpileModule(readFileSync(path.join(from, name), 'utf8'), {
        compilerOptions,
      });
      const target = path.join(root, room, name.replace(/\.ts$/, '.js'));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, outputText);
    }
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
