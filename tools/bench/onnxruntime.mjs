// Runs a Piper voice in ONNX Runtime (onnxruntime-node) for tools/bench/vs_onnxruntime: times it, or writes a case for nnrun.
//   node onnxruntime.mjs DIR_OF_NODE_MODULES MODEL PHONEMES THREADS RUNS [CASE]
// CASE: a folder that gets input_N.pb and output_0.pb (TensorProto). Prints one line of JSON. CPU times, as the machine may be busy; spinning is off.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

const [where, model, phonemes, threads, runs, folder] = process.argv.slice(2);
const ort = createRequire(path.resolve(where, 'x.js'))('onnxruntime-node');

const varint = (n) => { const out = []; for (let v = BigInt(n); ; v >>= 7n) { if (v < 128n) { out.push(Number(v)); return Buffer.from(out); } out.push(Number(v & 127n) | 128); } };
const numberField = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytesField = (field, bytes) => Buffer.concat([varint(field << 3 | 2), varint(bytes.length), bytes]);
function writeTensor(file, name, tensor) {
  const type = { float32: 1, int64: 7, int32: 6, bool: 9 }[tensor.type];
  const raw = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  fs.writeFileSync(file, Buffer.concat([...tensor.dims.map((d) => numberField(1, d)), numberField(2, type), bytesField(8, Buffer.from(name)), bytesField(9, raw)]));
}
const peak = () => Number(fs.readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\s+(\d+)/)[1]) / 1024;
const eachThread = () => Object.fromEntries(fs.readdirSync('/proc/self/task').map((id) => {
  try { return [id, Number(fs.readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6]; } catch { return [id, 0]; }
}));
const cpu = (since) => { const c = process.cpuUsage(since); return (c.user + c.system) / 1000; };

let mark = process.cpuUsage(), start = performance.now();
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential', executionProviders: ['cpu'], graphOptimizationLevel: 'all',
  logSeverityLevel: 3, extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const load = performance.now() - start, loadCpu = cpu(mark);

// ^ _ p _ p _ ... $ with phonemes from a fixed row of numbers
const ids = [1n, 0n];
for (let i = 0, x = 12345n; i < Number(phonemes); i++) { x = (x * 1103515245n + 12345n) % 2147483648n; ids.push(14n + (x >> 8n) % 116n, 0n); }
ids.push(2n);
const feeds = {
  input: new ort.Tensor('int64', BigInt64Array.from(ids), [1, ids.length]),
  input_lengths: new ort.Tensor('int64', BigInt64Array.from([BigInt(ids.length)]), [1]),
  scales: new ort.Tensor('float32', Float32Array.from([0, 1, 0]), [3]),
};
if (session.inputNames.includes('sid')) feeds.sid = new ort.Tensor('int64', BigInt64Array.from([0n]), [1]);
for (const name of session.inputNames) if (!feeds[name]) { console.error(`${model}: input '${name}' is none of a Piper voice`); process.exit(1); }

const walls = [], cpus = [];
let result, first = 0, before = {};
for (let i = -1; i < Number(runs); i++) {
  if (i === 0) before = eachThread();
  mark = process.cpuUsage();
  start = performance.now();
  result = await session.run(feeds);
  if (i < 0) { first = cpu(mark); continue; }
  walls.push(performance.now() - start);
  cpus.push(cpu(mark));
}
const after = eachThread(), busiest = Math.max(...Object.keys(after).map((id) => (after[id] - (before[id] || 0)) / Math.max(1, Number(runs))));
if (folder) {
  fs.mkdirSync(folder, { recursive: true });
  session.inputNames.forEach((name, i) => writeTensor(`${folder}/input_${i}.pb`, name, feeds[name]));
  session.outputNames.forEach((name, i) => writeTensor(`${folder}/output_${i}.pb`, name, result[name]));
}
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1] || 0;
console.log(JSON.stringify({ load, load_cpu: loadCpu, first_cpu: first, wall: median(walls), cpu: median(cpus), busiest, peak: peak() }));
