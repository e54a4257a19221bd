/** Of the tables below; raised when they change. */
export const HISTORY_VERSION = 2;

/**
 * The history's tables, for anybody who wants SQL (docs/history.md). A run's targets name the answers that they gave; an answer's
 * metrics stand once, so a fleet that answers as it did last night adds one line per target and tensor.
 */
export const TABLES = `
CREATE TABLE history (version INTEGER NOT NULL);
CREATE TABLE runs (
  run VARCHAR PRIMARY KEY,
  planned_at TIMESTAMP NOT NULL,
  judged_at TIMESTAMP NOT NULL,
  plan_hash VARCHAR NOT NULL,
  harness VARCHAR NOT NULL,
  exit_code INTEGER NOT NULL
);
CREATE TABLE environments (environment VARCHAR NOT NULL, fact VARCHAR NOT NULL, value VARCHAR NOT NULL);
CREATE TABLE targets (
  run VARCHAR NOT NULL,
  suite VARCHAR NOT NULL,
  target VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  capture VARCHAR NOT NULL,
  status VARCHAR,
  passed INTEGER NOT NULL,
  environment VARCHAR,
  fallback_nodes DOUBLE,
  job_ms DOUBLE,
  inference_ms DOUBLE
);
CREATE TABLE tensors (
  run VARCHAR NOT NULL, suite VARCHAR NOT NULL, target VARCHAR NOT NULL, tensor VARCHAR NOT NULL, answer VARCHAR NOT NULL
);
CREATE TABLE answers (answer VARCHAR NOT NULL, bytes VARCHAR NOT NULL, identical BOOLEAN NOT NULL);
CREATE TABLE metrics (answer VARCHAR NOT NULL, metric VARCHAR NOT NULL, value DOUBLE NOT NULL);
CREATE TABLE verdicts (
  run VARCHAR NOT NULL, id VARCHAR NOT NULL, suite VARCHAR NOT NULL, target VARCHAR NOT NULL, "case" VARCHAR NOT NULL,
  tensor VARCHAR NOT NULL, metric VARCHAR NOT NULL, actual DOUBLE, bound DOUBLE, operator VARCHAR NOT NULL,
  status VARCHAR NOT NULL, rule VARCHAR NOT NULL
);
CREATE VIEW series AS
  SELECT r.run, r.planned_at, r.judged_at, t.suite, t.target, t.tensor, m.metric, m.value, t.answer, a.bytes
  FROM tensors t JOIN runs r USING (run) JOIN answers a USING (answer) JOIN metrics m USING (answer);
`;
