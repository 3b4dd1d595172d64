// The stock JupyterLab client of a page, measuring one kernel: it may be the page's own, or one on a Jupyter Server.

window.bench = {kernels: {}};

/** The page's own kernel, and one that the same client starts on another server. */
bench.start = async ({address, token}) => {
  await jupyterapp.started;
  const {kernels} = jupyterapp.serviceManager;
  const {constructor: KernelManager, serverSettings: inside} = kernels;
  const outside = {...inside, baseUrl: address, wsUrl: address.replace("http", "ws"), token, appendToken: true, fetch, WebSocket};
  bench.kernels.ours = await kernels.startNew({name: "python-wasm"});
  bench.kernels.theirs = await new KernelManager({serverSettings: outside}).startNew({name: "python3"});
  for (const kernel of Object.values(bench.kernels)) await kernel.info;
};

/** Runs code; how long until it is done in milliseconds, and how many characters were put out. */
bench.run = async ({which, code}) => {
  const start = performance.now();
  const future = bench.kernels[which].requestExecute({code});
  let size = 0, messages = 0;
  future.onIOPub = ({header, content}) => {
    if (header.msg_type === "stream") size += content.text.length;
    if (header.msg_type === "display_data") size += content.data["text/plain"].length;
    messages += 1;
  };
  const {content} = await future.done;
  if (content.status !== "ok") throw new Error(`${which} answered ${content.ename}: ${content.evalue}`);
  return {time: performance.now() - start, size, messages};
};

bench.complete = async ({which, code}) => {
  const start = performance.now();
  const {content} = await bench.kernels[which].requestComplete({code, cursor_pos: code.length});
  return {time: performance.now() - start, size: content.matches.length};
};

/** Interrupts code that is busy; a size of 0 is an interrupt that was lost. */
bench.interrupt = async ({which, deadline}) => {
  const future = bench.kernels[which].requestExecute({code: "print('busy', flush=True)\nwhile True: pass"});
  await new Promise((begun) => {
    future.onIOPub = ({header}) => { if (header.msg_type === "stream") begun(); };
  });
  const start = performance.now();
  await bench.kernels[which].interrupt();
  let lost;
  const late = new Promise((tell) => { lost = setTimeout(tell, deadline, true); });
  if (await Promise.race([future.done.then(() => false), late])) {
    await bench.kernels[which].interrupt();
    await future.done;
    return {time: deadline, size: 0};
  }
  clearTimeout(lost);
  return {time: performance.now() - start, size: 1};
};
