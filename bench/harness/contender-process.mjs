// node contender-process.mjs SUITE CONTENDER SETTINGS: one contender alone in a process, so that nobody's garbage or
// compiled code is anybody else's. Does what it is told over IPC, and ends with whoever tells it.
process.on("disconnect", () => process.exit());

const [suite, file, settings] = process.argv.slice(2);
const { prepare } = await import(suite);
const jobs = await prepare(await import(file), JSON.parse(settings));

process.on("message", async ({ title, count, warmUp }) => {
  try {
    const job = jobs[title];
    process.send({ result: count ? await measure(job, count) : await pace(job, warmUp) });
  } catch (error) {
    process.send({ error: error.stack });
  }
});
process.send({ result: Object.keys(jobs) });

/** Does a job for so many milliseconds, until it is compiled, and returns how many one operation takes at the end. */
async function pace(job, milliseconds) {
  const end = performance.now() + milliseconds;
  let { wall } = await measure(job, 1);
  for (let count = 1; performance.now() < end; count = Math.ceil(50_000 / wall)) {
    ({ wall } = await measure(job, count));
  }
  return wall / 1000;
}

/**
 * Microseconds for each operation: of the processor (all threads of this process), and of the clock. Of a job that has
 * to be prepared each time there is one operation only.
 */
async function measure({ start, before, after, once }, wanted) {
  const count = once ? 1 : wanted;
  await before?.();
  const cpu = process.cpuUsage();
  const begin = performance.now();
  for (let turn = 0; turn < count; turn++) await start();
  const wall = (performance.now() - begin) * 1000;
  const { user, system } = process.cpuUsage(cpu);
  await after?.(count);
  return { cpu: (user + system) / count, wall: wall / count };
}
