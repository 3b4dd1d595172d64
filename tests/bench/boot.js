// What is measured inside of a page that is open: milliseconds from asking for Python until it has answered.

window.bench = {};

/** What comes of the work; null if that takes longer than so many seconds. */
bench.within = (seconds, work) => Promise.race([work, new Promise((resolve) => { setTimeout(resolve, seconds * 1000, null); })]);

/** Until stock Pyodide has answered from its worker. */
bench.bare = () => new Promise((resolve, reject) => {
  const start = performance.now();
  const worker = new Worker("worker.mjs", {type: "module"});
  worker.onmessage = () => resolve(performance.now() - start);
  worker.onerror = reject;
});

/** Until a kernel that is started for it has answered the first execute_request of JupyterLab's client. */
bench.start = async (name) => {
  await jupyterapp.restored;
  const start = performance.now();
  bench.kernel = await jupyterapp.serviceManager.kernels.startNew({name});
  await bench.answered("1+1");
  return performance.now() - start;
};

/** Until it has answered anew after a restart. */
bench.restart = async () => {
  const start = performance.now();
  await bench.kernel.restart();
  await bench.answered("1+1");
  return performance.now() - start;
};

bench.answered = (code) => new Promise((resolve) => {
  bench.kernel.requestExecute({code}).onReply = resolve;
});

/** The steps that page and kernel have noted: name, milliseconds from navigation to begin and end. */
bench.steps = () => performance.getEntriesByType("measure")
  .filter(({name}) => name.startsWith("wasmnb kernel: "))
  .map(({name, startTime, duration}) => [name.slice(15), startTime, startTime + duration]);
