/** JupyterLab's contents manager, through the page's doors, at the real server behind them. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { ContentsManager } from "@jupyterlab/services";
import { expect, onTestFinished, test } from "vitest";

import { PYTHON } from "../cpython";
import { openPage, type Page } from "../driver";

const TOKEN = "opensesame";

test("files are listed, read, saved, renamed and deleted in the folder that is served", async () => {
  const { contents, folder } = await served();
  await writeFile(join(folder, "täglich.txt"), "one\n");
  const listed = (await contents.get("")).content as { name: string }[];
  expect(listed.map(({ name }) => name)).toContain("täglich.txt");
  expect(await contents.get("täglich.txt")).toMatchObject({ type: "file", format: "text", content: "one\n" });
  await contents.save("täglich.txt", { type: "file", format: "text", content: "two\n" });
  expect(await readFile(join(folder, "täglich.txt"), "utf8")).toBe("two\n");
  await contents.rename("täglich.txt", "b.txt");
  await contents.delete("b.txt");
  await expect(contents.get("b.txt")).rejects.toMatchObject({ response: { status: 404 } });
});

test("a notebook is made, and comes back as it was saved", async () => {
  const { contents, folder } = await served();
  const { path } = await contents.newUntitled({ type: "notebook" });
  const cell = { cell_type: "code", id: "one", source: "1 + 1", metadata: {}, outputs: [], execution_count: null };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
  await contents.save(path, { type: "notebook", format: "json", content: notebook });
  expect((await contents.get(path)).content).toMatchObject(notebook);
  const onDisk = { ...notebook, cells: [{ ...cell, source: ["1 + 1"] }] };
  expect(JSON.parse(await readFile(join(folder, path), "utf8"))).toEqual(onDisk);
});

test("a notebook that is served has its session and kernel in the page", async () => {
  const { contents, page } = await served();
  const { path, name } = await contents.newUntitled({ type: "notebook" });
  const session = await page.sessions.startNew({ path, name, type: "notebook", kernel: { name: "python" } });
  expect(page.server.kernels.has(session.kernel?.id ?? "none")).toBe(true);
});

interface Served {
  readonly contents: ContentsManager;
  readonly page: Page;
  readonly folder: string;
}

/** A page that `wasmnb serve` has given out for an empty folder. */
async function served(): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), "wasmnb-served-"));
  const server = spawn(PYTHON, ["-m", "wasmnb", "serve", folder, "--no-browser", "--port", "0", "--token", TOKEN], {
    env: { ...process.env, JUPYTER_DATA_DIR: join(folder, ".data") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(async () => {
    server.kill();
    if (server.exitCode === null) await once(server, "exit");
    await rm(folder, { recursive: true });
  });
  const baseUrl = await address(server);
  const page = await openPage({ baseUrl, fetch: (input, init) => fetch(withToken(new Request(input, init))) });
  const contents = new ContentsManager({ serverSettings: page.settings });
  onTestFinished(() => { contents.dispose(); });
  return { contents, page, folder };
}

async function address(server: ChildProcess): Promise<string> {
  if (!server.stderr) throw new Error("The server's words are not heard.");
  const said: string[] = [];
  for await (const line of createInterface(server.stderr)) {
    const url = /^Open (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) return new URL("/", url).href;
    said.push(line);
  }
  throw new Error(`The server has not said where it is: ${said.join("\n")}`);
}

/** In a browser, a cookie would do this. */
function withToken(request: Request): Request {
  request.headers.set("Authorization", `token ${TOKEN}`);
  return request;
}
