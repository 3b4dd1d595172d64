/** The purpose of each message type, with a link to the specification of Jupyter's protocol. */

export interface Description {
  readonly purpose: string;
  readonly link: string;
}

const MESSAGING = "https://jupyter-client.readthedocs.io/en/stable/messaging.html";

const DESCRIPTIONS: Readonly<Record<string, readonly [anchor: string, purpose: string]>> = {
  execute_request: ["execute", "Runs code for a cell or for the front end itself. Requests are queued on the shell channel."],
  execute_reply: ["execution-results", "Ends an execution: its status and execution count. Its output came before, on iopub."],
  execute_input: ["code-inputs", "Tells all front ends of this kernel which code runs now, and its execution count."],
  execute_result: ["code-inputs", "The value of the last expression of a cell, in all its formats."],
  stream: ["streams-stdout-stderr-etc", "Text that the code printed, to standard output or standard error."],
  display_data: ["display-data", "An output to show below the cell, in several formats; the front end shows the richest that it knows."],
  update_display_data: ["update-display-data", "New content for displays with the same id."],
  clear_output: ["clear-output", "Asks front ends to clear the outputs of a cell, at once or when the next one comes."],
  error: ["execution-errors", "The code raised an exception: its name, its value and the traceback."],
  status: ["kernel-status", "Busy comes before and idle after all messages of a request; starting comes once for each start."],
  inspect_request: ["introspection", "Asks for documentation of the name at the cursor: signature and docstring."],
  inspect_reply: ["introspection", "The documentation of that name, in several formats as for a display."],
  complete_request: ["completion", "Asks for completions at the cursor."],
  complete_reply: ["completion", "The completions, and the range of text that they replace."],
  history_request: ["history", "Asks for code that ran earlier."],
  history_reply: ["history", "Code that ran earlier, with its session and execution count."],
  is_complete_request: ["code-completeness", "Asks whether code is complete or continues on the next line; consoles ask at Enter."],
  is_complete_reply: ["code-completeness", "Complete, incomplete (with the indent of the next line), or invalid."],
  connect_request: ["connect", "Asks for the ports of the kernel. Deprecated."],
  connect_reply: ["connect", "The ports of the kernel's sockets."],
  comm_info_request: ["comm-info", "Asks which comms are open, so that a reloaded page finds its widgets."],
  comm_info_reply: ["comm-info", "The open comms, by id, each with its target."],
  kernel_info_request: ["msging-kernel-info", "Asks for a description of the kernel; the first request of a front end."],
  kernel_info_reply: ["msging-kernel-info", "The kernel's implementation, language and file type, and its version of the protocol."],
  shutdown_request: ["kernel-shutdown", "Asks the kernel to shut down, perhaps to restart."],
  shutdown_reply: ["kernel-shutdown", "The kernel is about to shut down."],
  interrupt_request: ["kernel-interrupt", "Asks the kernel to interrupt the running code, where signals are not available."],
  interrupt_reply: ["kernel-interrupt", "The kernel has received the interrupt."],
  debug_request: ["debug-request", "A request of the Debug Adapter Protocol, wrapped."],
  debug_reply: ["debug-request", "The response of the debugger, wrapped."],
  debug_event: ["debug-event", "An event of the debugger, such as a breakpoint that was hit."],
  input_request: ["messages-on-the-stdin-router-dealer-channel", "Code called input(): asks the front end to prompt the user."],
  input_reply: ["messages-on-the-stdin-router-dealer-channel", "The text that the user entered. The inspector hides passwords."],
  comm_open: ["opening-a-comm", "Opens a comm: a channel between an object in the kernel and one in the front end, such as a widget's model and its view."],
  comm_msg: ["comm-messages", "A message on a comm, in either direction, such as a moved slider or a changed value."],
  comm_close: ["tearing-down-comms", "Closes a comm."],
  iopub_welcome: ["welcome-message", "The first message to a new subscriber: it receives all later ones."],
};

const UNKNOWN_TYPE = "The specification does not define this type; a kernel and its front end may agree on types of their own.";

export function describe(type: string): Description {
  const [anchor, purpose] = DESCRIPTIONS[type] ?? ["", UNKNOWN_TYPE];
  return { purpose, link: anchor ? `${MESSAGING}#${anchor}` : MESSAGING };
}
