/** What the specification says that each message is for, and where it says so. */

export interface Description {
  readonly purpose: string;
  readonly link: string;
}

const MESSAGING = "https://jupyter-client.readthedocs.io/en/stable/messaging.html";

const DESCRIPTIONS: Readonly<Record<string, readonly [anchor: string, says: string]>> = {
  execute_request: ["execute", "Asks the kernel to run code on behalf of a cell or of the front end itself. Requests wait their turn on the shell channel."],
  execute_reply: ["execution-results", "Ends an execution: whether it went well, and the number it got. What the code put out has come before, on iopub."],
  execute_input: ["code-inputs", "Tells everybody who looks at this kernel which code now runs, and its number."],
  execute_result: ["code-inputs", "The value of the last expression of a cell, in as many formats as it has."],
  stream: ["streams-stdout-stderr-etc", "Text that the code printed, to standard output or standard error."],
  display_data: ["display-data", "Something to show below the cell: a bundle of formats, of which the front end picks the richest it knows."],
  update_display_data: ["update-display-data", "New content for displays that were shown before under the same id."],
  clear_output: ["clear-output", "Asks front ends to clear the outputs of a cell, at once or when the next one comes."],
  error: ["execution-errors", "The code raised an exception: its name, its value and the traceback."],
  status: ["kernel-status", "Busy opens and idle closes what belongs to one request; starting comes once for each start."],
  inspect_request: ["introspection", "Asks what is known of the name at the cursor: its signature, its docstring."],
  inspect_reply: ["introspection", "What is known of that name, in formats as for a display."],
  complete_request: ["completion", "Asks how the code at the cursor could go on."],
  complete_reply: ["completion", "The ways to go on, and the range of text that they replace."],
  history_request: ["history", "Asks for code that was run earlier."],
  history_reply: ["history", "Earlier code, with its session and number."],
  is_complete_request: ["code-completeness", "Asks whether code can be run as it is, or goes on; consoles ask at Enter."],
  is_complete_reply: ["code-completeness", "Complete, incomplete (with the indent that the next line begins with), or invalid."],
  connect_request: ["connect", "Asks for the ports of the kernel. Deprecated."],
  connect_reply: ["connect", "The ports of the kernel's sockets."],
  comm_info_request: ["comm-info", "Asks which comms are open, so that a page that was loaded anew finds its widgets."],
  comm_info_reply: ["comm-info", "The open comms, by id, each with its target."],
  kernel_info_request: ["msging-kernel-info", "Asks which kernel this is; the first thing that a front end asks."],
  kernel_info_reply: ["msging-kernel-info", "The kernel's implementation, its language and file type, and the version of the protocol that it speaks."],
  shutdown_request: ["kernel-shutdown", "Asks the kernel to end, perhaps to be started again."],
  shutdown_reply: ["kernel-shutdown", "The kernel is about to end."],
  interrupt_request: ["kernel-interrupt", "Asks the kernel to stop what runs, where signals cannot."],
  interrupt_reply: ["kernel-interrupt", "The interrupt was taken note of."],
  debug_request: ["debug-request", "A request of the Debug Adapter Protocol, wrapped."],
  debug_reply: ["debug-request", "The answer of the debugger, wrapped."],
  debug_event: ["debug-event", "The debugger tells that something happened: a breakpoint was reached."],
  input_request: ["messages-on-the-stdin-router-dealer-channel", "Code called input(): the front end is to ask the person who ran it."],
  input_reply: ["messages-on-the-stdin-router-dealer-channel", "What the person typed. Passwords are hidden here."],
  comm_open: ["opening-a-comm", "Opens a comm: an object on each side that talk to each other, such as a widget's model and its view."],
  comm_msg: ["comm-messages", "One message of a comm, either way: the moved slider, the changed value."],
  comm_close: ["tearing-down-comms", "Ends a comm."],
  iopub_welcome: ["welcome-message", "The first message to a new subscriber: from now on it misses nothing."],
};

const CHANNELS = "The specification does not know this type; a kernel and its front end may agree on types of their own.";

export function describe(type: string): Description {
  const [anchor, says] = DESCRIPTIONS[type] ?? ["", CHANNELS];
  return { purpose: says, link: anchor ? `${MESSAGING}#${anchor}` : MESSAGING };
}
