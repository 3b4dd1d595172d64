-- What wrk asks for, and what it has measured, as JSON.
-- Arguments: method, path (%d becomes a number below 64), file with the body or "", token. In a body
-- %d becomes the number of the request: who saves a notebook has changed it.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  method, path, asked = args[1], args[2], 0
  headers = { ["Authorization"] = "token " .. args[4], ["Content-Type"] = "application/json" }
  if args[3] ~= "" then
    local file = assert(io.open(args[3], "rb"))
    body = file:read("*a")
    file:close()
  end
end

function request()
  asked = asked + 1
  local here = path:gsub("%%d", tostring((2 * asked + number) % 64))
  local sent = body and body:gsub("%%d", tostring(2 * asked + number))
  return wrk.format(method, here, headers, sent)
end

function done(summary, latency, requests)
  local errors = summary.errors
  local form = '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "refused": %d, "broken": %d}\n'
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  local p50, p99 = latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  io.write(form:format(summary.requests, summary.duration / 1e6, p50, p99, errors.status, broken))
end
