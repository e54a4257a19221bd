// Stands for npx: runs the fleetdiff that lies beside it, and nothing else.
process.argv = process.argv.filter((word) => word !== '--no-install');
if (process.argv.splice(2, 1)[0] !== 'fleetdiff')
  throw new Error('npx was asked for something else than fleetdiff');
await import('./fleetdiff.mjs');
