/**
 * Letters, digits, dot, dash and underscore, led by a letter or digit: what suites, devices and delegates may be called. Names
 * become parts of folder names and of globs.
 */
export const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `device/delegate`, two plain names. */
export const PLAIN_TARGET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
