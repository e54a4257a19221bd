import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../domain/user-error.ts';
import { didYouMean } from './nearest-name.ts';

/**
 * Folders of the suites that a command names: a folder with a suite.yml, or the name of one under `fixtures/`. With no
 * name: those of `fleetdiff.suites` in package.json, else the working folder itself when it holds a suite.yml.
 * Folders are given back as paths from `workFolder`.
 */
export function findSuites(names: readonly string[], workFolder: string): readonly string[] {
  if (names.length > 0) return names.map((name) => findSuite(name, workFolder));
  const declared = declaredSuites(workFolder);
  if (declared.length > 0) return declared.map((name) => findSuite(name, workFolder));
  if (existsSync(path.join(workFolder, 'suite.yml'))) return ['.'];
  throw new UserError('E_SUITE_NONE', 'No suite was named, and this folder names none.', {
    place: { file: workFolder },
    remedies: [
      'name one:  fleetdiff run SUITE-FOLDER',
      'or list them in package.json:  "fleetdiff": {"suites": ["fixtures/digits"]}',
      'or make a first one:  fleetdiff init',
    ],
  });
}

function findSuite(name: string, workFolder: string): string {
  const candidates = [name, path.join('fixtures', name)];
  const found = candidates.find((folder) => existsSync(path.resolve(workFolder, folder, 'suite.yml')));
  if (found) return path.normalize(found);
  throw new UserError('E_SUITE_NOT_FOUND', `No suite.yml in ${candidates.join(' or ')}.`, {
    place: { file: name },
    remedies: [
      ...didYouMean(name, suitesUnderFixtures(workFolder)),
      'a suite is a folder with a suite.yml; "fleetdiff init" writes a first one',
    ],
  });
}

function declaredSuites(workFolder: string): readonly string[] {
  const file = path.join(workFolder, 'package.json');
  if (!existsSync(file)) return [];
  const suites: unknown = parsePackage(file)?.fleetdiff?.suites;
  if (suites === undefined) return [];
  if (Array.isArray(suites) && suites.every((suite) => typeof suite === 'string')) return suites;
  throw new UserError('E_SUITES_NOT_A_LIST', '"fleetdiff.suites" is a list of suite folders.', {
    place: { file },
    remedies: ['write  "fleetdiff": {"suites": ["fixtures/digits"]}'],
  });
}

function parsePackage(file: string): { fleetdiff?: { suites?: unknown } } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError('E_PACKAGE_JSON', `The file is not JSON: ${(error as Error).message}`, {
      place: { file },
    });
  }
}

function suitesUnderFixtures(workFolder: string): readonly string[] {
  const fixtures = path.join(workFolder, 'fixtures');
  if (!existsSync(fixtures)) return [];
  return readdirSync(fixtures).filter((name) => existsSync(path.join(fixtures, name, 'suite.yml')));
}
