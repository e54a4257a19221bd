import { serve } from './serve.ts';

await serve(process.stdin, process.stdout);
// Live WebGPU devices and ORT threads keep a process up; the one who talked to us is gone, so there is nothing to wait for.
process.exit(0);
