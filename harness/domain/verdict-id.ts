import { hash } from 'node:crypto';
import type { Verdict } from './run-files.ts';

/** The same id for the same subject in every run, so that nights can be laid beside each other. */
export function verdictId(subject: Pick<Verdict, 'suite' | 'case' | 'target' | 'tensor' | 'metric'>): string {
  const key = [subject.suite, subject.case, subject.target, subject.tensor, subject.metric].join('\0');
  return `v-${hash('sha256', key, 'hex').slice(0, 8)}`;
}

/** One accessor for all, so that V8 gives all verdicts one shape. */
const LAZY_ID: PropertyDescriptor & ThisType<Verdict> = {
  enumerable: true,
  configurable: true,
  get() {
    return verdictId(this);
  },
};

/** A verdict whose id is made when somebody asks for it: of a large fleet's millions next to nobody does. */
export function withVerdictId(verdict: Omit<Verdict, 'id'>): Verdict {
  return Object.defineProperty({ id: '', ...verdict }, 'id', LAZY_ID);
}
